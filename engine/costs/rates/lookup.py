"""Which rate is in force: by kind, place and day, over the shipped rates or over those that the database holds."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from engine.costs.rates.cloud_lists import cloud_rates
from engine.costs.rates.entry import RateEntry
from engine.costs.rates.files import read_rates
from engine.errors import N_, StateError

REMEDY = N_("Add it on the page Rates, or with `prospectus rates add`, with its source and date.")


def shipped_rates() -> list[RateEntry]:
    """Those of the rate files and of the cloud price lists. Raises ConfigError, MissingPart or StoredFileError."""
    return [*read_rates(), *cloud_rates()]


def in_force(rates: Iterable[RateEntry], on: date) -> list[RateEntry]:
    """Of each key the newest row that has begun; of two that began together, the later one."""
    newest: dict[str, RateEntry] = {}
    for rate in rates:
        known = newest.get(rate.key)
        if rate.valid_from <= on and (known is None or rate.valid_from >= known.valid_from):
            newest[rate.key] = rate
    return list(newest.values())


def find(
    kind: str,
    item: str | None = None,
    *,
    provider: str | None = None,
    region: str | None = None,
    on: date | None = None,
    rates: Sequence[RateEntry] | None = None,
) -> list[RateEntry]:
    """Every rate of a kind in force on a day, cheapest first; `rates` are the shipped ones when not given.

    An item also names its variants: `a100` finds `a100-40` and `a100-80`.
    """
    wanted = item.casefold() if item else None
    known = in_force(shipped_rates() if rates is None else rates, on or _today())
    found = [
        rate
        for rate in known
        if rate.kind == kind
        and (provider is None or rate.provider == provider)
        and (region is None or rate.region.casefold() == region.casefold())
        and (wanted is None or rate.item.casefold() == wanted or rate.item.casefold().startswith(f"{wanted}-"))
    ]
    return sorted(found, key=lambda rate: (rate.usd, rate.key))


def cheapest(found: Sequence[RateEntry], said: str, on: date | None) -> RateEntry:
    """The cheapest of them, with the dearest's upper end: what one would pay who has not chosen yet.

    Where somebody quotes a price, those that are only assumed do not count.

    Raises StateError saying what there is no rate for.
    """
    if not found:
        raise StateError(
            N_("No rate for “{key}” is in force on {on}."), key=said, on=(on or _today()).isoformat(), remedy=REMEDY
        )
    known = [rate for rate in found if rate.grade != "assumed"] or found
    return replace(known[0], high_usd=max(rate.high_usd for rate in known))


def gpu_hour(
    gpu: str,
    provider: str | None = None,
    on: date | None = None,
    *,
    region: str | None = None,
    rates: Sequence[RateEntry] | None = None,
) -> RateEntry:
    """An hour of one GPU, such as `a100-80` or `t4`. Raises StateError when none is known."""
    found = find("gpu", gpu, provider=provider, region=region, on=on, rates=rates)
    return cheapest(found, "/".join(filter(None, ("gpu", gpu, provider))), on)


def instance_hour(
    name: str, provider: str | None = None, on: date | None = None, *, rates: Sequence[RateEntry] | None = None
) -> RateEntry:
    """An hour of an instance type, such as `c5.large`."""
    exact = [r for r in find("compute", name, provider=provider, on=on, rates=rates) if r.item == name]
    return cheapest(exact, f"compute/{name}", on)


def storage(
    tier: str = "hot", provider: str | None = None, on: date | None = None, *, rates: Sequence[RateEntry] | None = None
) -> RateEntry:
    """A GB for a month: hot, cool, archive (objects), ssd, hdd (disks)."""
    return cheapest(find("storage", tier, provider=provider, on=on, rates=rates), f"storage/{tier}", on)


def egress(
    provider: str | None = None, on: date | None = None, *, rates: Sequence[RateEntry] | None = None
) -> RateEntry:
    """A GB sent to the internet, the first paid tier."""
    return cheapest(find("egress", "internet", provider=provider, on=on, rates=rates), "egress/internet", on)


def electricity(region: str, on: date | None = None, *, rates: Sequence[RateEntry] | None = None) -> RateEntry:
    """A kWh in a country, by its two letters: DE, US, CN."""
    return cheapest(find("electricity", region=region, on=on, rates=rates), f"electricity/{region}", on)


def salary_hour(
    role: str, region: str, on: date | None = None, *, rates: Sequence[RateEntry] | None = None
) -> RateEntry:
    """An hour of a person's work, with what an employer pays on top."""
    return cheapest(find("salary", role, region=region, on=on, rates=rates), f"salary/{role}/{region}", on)


def labelling_item(
    what: str, region: str | None = None, on: date | None = None, *, rates: Sequence[RateEntry] | None = None
) -> RateEntry:
    """One labelled item, such as `text_class`."""
    return cheapest(find("labelling", what, region=region, on=on, rates=rates), f"labelling/{what}", on)


def _today() -> date:
    return datetime.now(UTC).date()

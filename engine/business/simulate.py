"""Many futures of one idea under one business model: blocks that fit the processor's cache, on several threads.

Float32 throughout: a sum of 36 months keeps six digits, which is more than any input has.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any

import numpy as np

from engine.business.copula import mixed
from engine.business.draws import Futures, draw_inputs, drawable, own_normals, quantile_matched
from engine.business.flow import Accounts, Drawn, accounts
from engine.business.scenario import MONTHS, Estimate, Scenario, missing_inputs, missing_settings
from engine.errors import N_, InputError
from engine.spec import build_config
from engine.spec.pricing import Array, PricingModel, Terms

BLOCK = 2048
"""Futures of a block: a (36, 2048) array is 0.3 MB."""
NEVER = MONTHS + 1
"""Stands for a month that does not come within the horizon."""
YEAR = 12


class Unknown(InputError):
    """A result that is unknown because inputs are empty; `keys` names them."""

    def __init__(self, keys: tuple[str, ...], names: tuple[str, ...]) -> None:
        self.keys = keys
        super().__init__(N_("Unknown because nothing is given for: {names}."), names="; ".join(names))


@dataclass(frozen=True, slots=True)
class Paths:
    """What came out, by future. Cash is in US$ at the start and the end of each month; (37, paths)."""

    model: str
    cash: Array
    npv: Array
    """Discounted result of 36 months without the build; grants are in it, funding is not; no value after them."""
    low_point: Array
    break_even_month: Array
    """First month whose result is not negative, nor that of it and the next two together; 37 when none is."""
    paid_back_month: Array
    """First month at whose end all results together have paid for the build; 37 when none has."""
    totals: Mapping[str, Array] = field(default_factory=dict)
    """By name: sums over months, see `_TOTALS`."""

    @property
    def paths(self) -> int:
        """How many futures."""
        return len(self.npv)


_TOTALS = (
    "new",
    "units",
    "gross",
    "revenue",
    "acquisition",
    "revenue_last_year",
    "revenue_year_before",
    "result_last_year",
    "gross_last_year",
    "result_first_half_year",
    "mrr_last",
    "customers_last",
    "serving",
    "requests",
)


@dataclass(frozen=True, slots=True)
class Deal:
    """Everything drawn for one idea under one model."""

    scenario: Scenario
    model: PricingModel
    drawn: Drawn
    terms: Terms
    futures: Futures
    luck: bool = True


def prepare(
    scenario: Scenario, model: PricingModel, futures: Futures, *, drawn: Drawn | None = None, luck: bool = True
) -> Deal:
    """Draw every uncertain figure. `drawn` brings inputs drawn before in the same futures.

    Raises Unknown naming what is empty.
    """
    settings = scenario.models.get(model.name, {})
    lacking = missing_inputs(scenario)
    open_settings = missing_settings(model, settings)
    if lacking or open_settings:
        raise Unknown(
            (*lacking, *(f"{model.name}.{name}" for name in open_settings)), names_of(model, lacking, open_settings)
        )
    given = draw_inputs(scenario.inputs, futures, scenario.pairs) if drawn is None else drawn
    return Deal(scenario, model, given, draw_terms(scenario, model, futures), futures, luck)


def names_of(model: PricingModel | None, inputs: tuple[str, ...], settings: tuple[str, ...]) -> tuple[str, ...]:
    """What a reader calls these inputs and the settings of a model."""
    from engine.business.inputs import CHANNEL_TITLES, INPUTS

    def title(key: str) -> str:
        channel = CHANNEL_TITLES.get(key.split(".", maxsplit=1)[0]) if "." in key else None
        return f"{channel}: {INPUTS[key].title}" if channel else INPUTS[key].title

    if model is None:
        return tuple(map(title, inputs))
    fields = model.config.__dataclass_fields__  # type: ignore[attr-defined]
    return (*map(title, inputs), *(f"{model.title}: {fields[name].metadata['label']}" for name in settings))


def draw_terms(scenario: Scenario, model: PricingModel, futures: Futures) -> dict[str, Any]:
    """The settings of a model, uncertain ones as arrays."""
    config: Any = build_config(model.config, scenario.models.get(model.name, {}))
    stated = _stated_terms(scenario, model, futures)
    terms: dict[str, Any] = {}
    for name, spec in model.config.__dataclass_fields__.items():  # type: ignore[attr-defined]
        value, ends = getattr(config, name), scenario.ranges.get(f"{model.name}.{name}")
        if value is None or ends is None or ends[0] == ends[1]:
            terms[name] = value
            continue
        top = spec.metadata.get("maximum")
        key = f"{model.name}.{name}"
        z = stated[key] if key in stated else own_normals(futures, key)
        estimate = Estimate(value, *ends)
        terms[name] = quantile_matched(estimate, z, spec.metadata.get("minimum"), top, share=top == 1)
    return terms


def _stated_terms(scenario: Scenario, model: PricingModel, futures: Futures) -> Mapping[str, Array]:
    """Normal numbers of figures that hang together with a setting of this model, as stated."""
    prefix = f"{model.name}."
    settings = frozenset(k for k, (low, high) in scenario.ranges.items() if k.startswith(prefix) and low != high)
    pairs = drawable(scenario.inputs, scenario.pairs, settings)
    if not any(key in settings for pair in pairs for key in (pair.first, pair.second)):
        return {}
    return mixed(pairs, lambda key: own_normals(futures, key))


def simulate(deal: Deal, *, threads: int = 1) -> Paths:
    """Every future of a deal."""
    paths = deal.futures.paths
    out = _room(deal.model.name, paths)
    starts = range(0, paths, BLOCK)
    if threads <= 1 or len(starts) == 1:
        for start in starts:
            _block(deal, out, start)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda start: _block(deal, out, start), starts))
    return out


def _room(name: str, paths: int) -> Paths:
    def row() -> Array:
        return np.empty(paths, np.float32)

    cash = np.empty((MONTHS + 1, paths), np.float32)
    return Paths(name, cash, row(), row(), row(), row(), {total: row() for total in _TOTALS})


def _block(deal: Deal, out: Paths, start: int) -> None:
    end = min(start + BLOCK, deal.futures.paths)
    part = slice(start, end)
    drawn = {key: values if values.size == 1 else values[part] for key, values in deal.drawn.items()}
    terms = {key: value[part] if isinstance(value, np.ndarray) else value for key, value in deal.terms.items()}
    number = start // BLOCK
    # A whole block is drawn even where its end is cut, so that more futures begin with the same ones.
    z = deal.futures.normals("luck", (MONTHS, BLOCK), number)[:, : end - start] if deal.luck else None
    _keep(deal, out, part, drawn, accounts(deal.scenario, deal.model, drawn, terms, z))


def _keep(deal: Deal, out: Paths, part: slice, drawn: Drawn, found: Accounts) -> None:
    result = np.broadcast_to(found.result, (MONTHS, part.stop - part.start))
    grants, funding = incoming(deal, part)
    income = result if grants is None else result + grants
    build = drawn["build_usd"]
    held = drawn["cash_usd"] if "cash_usd" in drawn else np.zeros(1, np.float32)
    rate = -np.log1p(drawn["discount_per_year"]) / np.float32(YEAR)
    worth, npv = np.zeros_like(income[0]) - build, np.zeros_like(income[0]) - build
    out.cash[0, part] = held - build
    low = out.cash[0, part].copy()
    owed = np.zeros(1, np.float32)
    together = _three_months(result)
    even, paid = _Waiting(len(worth)), _Waiting(len(worth))
    for month in range(MONTHS):
        npv += income[month] * np.exp(rate * np.float32(month + 1))
        worth += income[month]
        cash = out.cash[month + 1, part]
        if funding is not None:
            owed = owed + funding[month]
        np.add(worth, held + owed, out=cash)
        np.minimum(low, cash, out=low)
        even.pass_month((result[month] >= 0) & (together[month] >= 0))
        paid.pass_month(worth >= 0)
    out.npv[part], out.low_point[part] = npv, low
    out.break_even_month[part], out.paid_back_month[part] = even.months, paid.months
    _sums(out.totals, part, found, result.shape)
    # Asked for by unit economics, only where the cost of a request depends on the load.
    out.totals["requests"][part] = found.earned.requests.sum(axis=0) if deal.scenario.curve else 0


class _Waiting:
    """The first month in which something is so, counted while it is not yet."""

    def __init__(self, paths: int) -> None:
        self.months = np.ones(paths, np.float32)
        self._not_yet = np.ones(paths, bool)

    def pass_month(self, so: Array) -> None:
        self._not_yet &= ~so
        self.months += self._not_yet


def _three_months(result: Array) -> Array:
    """Of each month and the two after it, as far as there are any: one lucky month is no turn."""
    together = result.copy()
    together[:-1] += result[1:]
    together[:-2] += result[2:]
    return together


def _sums(totals: Mapping[str, Array], part: slice, found: Accounts, shape: tuple[int, int]) -> None:
    last, before = slice(MONTHS - YEAR, MONTHS), slice(MONTHS - 2 * YEAR, MONTHS - YEAR)
    sums = {
        "new": found.use.new.sum(axis=0),
        "units": found.use.units.sum(axis=0),
        "gross": found.gross.sum(axis=0),
        "revenue": found.revenue.sum(axis=0),
        "acquisition": np.broadcast_to(found.acquisition, shape).sum(axis=0),
        "revenue_last_year": found.revenue[last].sum(axis=0),
        "revenue_year_before": found.revenue[before].sum(axis=0),
        "result_last_year": found.result[last].sum(axis=0),
        "gross_last_year": found.gross[last].sum(axis=0),
        "result_first_half_year": found.result[: YEAR // 2].sum(axis=0),
        "mrr_last": found.earned.recurring_usd[-1] * (found_price(found)),
        "customers_last": found.use.customers[-1],
        "serving": found.serving.sum(axis=0),
    }
    for name, values in sums.items():
        totals[name][part] = values


def found_price(found: Accounts) -> Array:
    """What of the list price is paid, in the last month."""
    listed = found.earned.revenue_usd[-1]
    return np.divide(found.revenue[-1], listed, out=np.ones_like(found.revenue[-1]), where=listed != 0)


def incoming(deal: Deal, part: slice) -> tuple[Array | None, Array | None]:
    """Grants and funding of each month; None where there are none."""
    sums: dict[str, Array] = {}
    for place, event in enumerate(deal.scenario.money):
        kept = sums.setdefault(event.kind, np.zeros((MONTHS, part.stop - part.start), np.float32))
        if event.chance >= 1:
            kept[event.month - 1] += np.float32(event.usd)
        elif event.chance > 0:
            z = deal.futures.normals(f"money.{place}", (deal.futures.paths,))[part]
            kept[event.month - 1] += np.where(z < NormalDist().inv_cdf(event.chance), np.float32(event.usd), 0)
    return sums.get("grant"), sums.get("funding")

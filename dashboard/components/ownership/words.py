"""The cost of owning an idea in words, and its inputs as written."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_mark
from dashboard.components.kpis import Kpi
from dashboard.components.text import listed, one_line, plain
from dashboard.i18n import _, _n, translate
from engine.costs.ownership.inputs import INPUTS, PART_NAMES, Given, InputUnit, Part
from engine.costs.ownership.model import Ownership, kilograms
from engine.errors import N_

if TYPE_CHECKING:
    from dashboard.store.serving import Carbon

MEASURE = "cost.ownership_usd"
WHOLE = N_("{months} months of {idea} cost {money} ({ends}).")
AT_LEAST = N_("{months} months of {idea} cost at least {money} ({ends}).")


def verdict(name: str, found: Ownership) -> str:
    """What the months cost, and what is not in it. Markdown."""
    unknown = [part for part in found.parts if part.usd is None]
    if len(unknown) == len(found.parts):
        return f"**{plain(_('Unknown'))}**: {plain(_('every part of it lacks an input.'))}"
    money = formats.money(found.known.value, found.known.low, found.known.high)
    ends = formats.interval(MEASURE, found.known.low, found.known.high)
    template = WHOLE if found.whole else AT_LEAST
    said = translate(template, months=found.months, idea=name, money=money, ends=ends)
    parts = listed(_(PART_NAMES[part.part]) for part in unknown)
    rest = translate("Unknown and not in it: {parts}.", parts=parts) if unknown else largest(found)
    return f"**{plain(said)}** {plain(rest)}"


def largest(found: Ownership) -> str:
    """The part that weighs most."""
    known = [(part.usd.value, part.part) for part in found.parts if part.usd is not None]
    value, name = max(known, default=(0.0, "data"))
    if not found.known.value:
        return ""
    share = formats.percent(value / found.known.value)
    return translate("Most of it is {part}: {share}.", part=_(PART_NAMES[name]), share=share)


def reasons(found: Ownership) -> list[str]:
    """Why parts are unknown: the titles of their empty inputs."""
    return [
        translate(
            "{part} is unknown because these are empty: {inputs}.",
            part=_(PART_NAMES[part.part]),
            inputs=listed(_(INPUTS[name].title) for name in part.missing),
        )
        for part in found.parts
        if part.usd is None
    ]


def written(unit: InputUnit, value: float) -> str:
    """An input in its unit."""
    if unit == "usd":
        return formats.money(value)
    if unit == "share":
        return formats.typed_percent(value)
    if unit == "gb":
        return formats.number(value, formats.decimals_for(value)) + formats.NBSP + "GB"
    if unit == "hours":
        return translate("{number} h", number=f"{value:g}").replace(" ", formats.NBSP)
    return formats.in_unit("count", value) if value >= 100 or value == int(value) else f"{value:.3g}"


def given_words(one: Given) -> str:
    """An input with its ends, grade and source, as Markdown."""
    value, low, high = (written(INPUTS[one.name].unit, end) for end in one.figure)
    ends = "" if one.figure.low == one.figure.high else f"({formats.between(low, high)})"
    parts = (plain(one_line(part)) for part in (value, ends) if part)
    return " ".join([*parts, grade_mark(one.grade)])


def key_figures(found: Ownership, given: Mapping[str, Given], carbon: "Carbon") -> list[Kpi]:
    """The row of figures."""
    ends = formats.interval(MEASURE, found.known.low, found.known.high)
    label = _("Known so far") if not found.whole else _("All of it")
    kpis = [
        Kpi(label, formats.money(found.known.value, found.known.low, found.known.high), found.grade, ends),
        Kpi(_("A month"), formats.money(found.known.value / found.months), found.grade),
        Kpi(
            _("Parts known"),
            f"{sum(p.usd is not None for p in found.parts)} / {len(found.parts)}",
            None,
            _n("{n} input given", "{n} inputs given", len(given)).format(n=len(given)),
        ),
    ]
    if carbon.per_1k is not None and carbon.training is not None:
        mass = kilograms(given, found.months, carbon.per_1k.kg.value, carbon.training.kg.value)
        where = translate(
            "{place}: {grams} g a kWh, {year}, {source}.",
            place=_(carbon.place.name),
            grams=f"{carbon.place.grams_per_kwh:g}",
            year=carbon.place.year,
            source=carbon.place.source,
        )
        written_mass = _("unknown") if mass is None else formats.grams(mass)
        kpis.append(Kpi(_("CO₂"), written_mass, "assumed", _(carbon.place.name), plain(where)))
    return kpis


def part_name(part: Part) -> str:
    """In the reader's language."""
    return _(PART_NAMES[part])

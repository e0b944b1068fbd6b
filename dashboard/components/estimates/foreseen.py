"""What the chosen runs should take, before the button is pressed."""

from collections.abc import Mapping
from typing import Any, cast

from dashboard import formats
from dashboard.components.badges import grade_badge, grade_mark
from dashboard.components.errors import message
from dashboard.components.head import section_bar
from dashboard.components.ink import on_phone
from dashboard.components.recipes import recipe_name
from dashboard.components.table import words_table
from dashboard.components.text import note, one_line, plain, sentences, unbroken
from dashboard.i18n import _, _n, translate
from dashboard.store.estimates import Expected, Paid, fits, foresee
from engine import catalog
from engine.errors import ProspectusError
from engine.evidence import Grade
from engine.interval import Interval

Found = Mapping[str, Expected | ProspectusError]
"""By recipe."""


def foreseen(task: str, dataset_id: int, settings: Mapping[str, Mapping[str, Any]], source: str | None) -> Found:
    """What runs with these settings should take; `source` is the finished run that some of them start from."""
    found = {}
    for recipe, config in settings.items():
        start = source if catalog.recipe(recipe).over_run else None
        found[recipe] = foresee(dataset_id, task, recipe, config, source_run=start)
    return found


def foreseen_part(found: Found) -> None:
    """Draw time, peak memory, energy and money of each chosen recipe, and of all together."""
    if not found:
        return
    section_bar(_("Before you press"), note=plain(rests_on(found)))
    foreseen_table(found)
    for name, expected in found.items():
        if isinstance(expected, Expected) and expected.figures and expected.figures.bought:
            _bought(name, expected.figures.bought)
        if isinstance(expected, Expected) and fits(expected) is False:
            _warn(name, expected)


def foreseen_table(found: Found) -> None:
    """One row a recipe; where nothing can be said, why."""
    heads = (_("Recipe"), _("Time"), _("Peak memory"), _("Energy"), _("Cost"))
    rows: list[tuple[str, ...]] = []
    for name, expected in found.items():
        if isinstance(expected, ProspectusError) or expected.figures is None:
            rows.append((plain(recipe_name(name)), plain(_why(expected)), "–", "–", "–"))
            continue
        figures = expected.figures
        rows.append(
            (
                unbroken(plain(recipe_name(name))),
                _cell(duration(figures.seconds)),
                _cell(megabytes(figures.peak_memory_mb)),
                _cell(watt_hours(figures.energy_kwh)),
                f"{_cell(dollars(figures.usd))} {_grade(figures.grade)}",
            )
        )
    columns = {unbroken(head): [row[place] for row in rows] for place, head in enumerate(heads)}
    words_table(columns, deciding=(0, 1, 4))


def rests_on(found: Found) -> str:
    """What the intervals are and where they come from, in one line."""
    known = [one.figures for one in found.values() if isinstance(one, Expected) and one.figures]
    runs = max((figures.runs for figures in known), default=0)
    level = _("90% intervals.")
    if not runs:
        rests = _("They rest on a stated prior alone: nothing has been trained or measured on this machine yet.")
    else:
        counted = _n("{n} finished run of this machine", "{n} finished runs of this machine", runs).format(n=runs)
        rests = translate("They rest on {runs}.", runs=counted)
    energy = _("Energy is modelled: the device's assumed power times the time.")
    return sentences(level, rests, energy)


def duration(figure: Interval) -> tuple[str, str]:
    """Value, and both ends."""
    return formats.duration(figure.value), formats.between(*(formats.duration(end) for end in figure[1:]))


def megabytes(figure: Interval) -> tuple[str, str]:
    """Value, and both ends; gigabytes from a thousand on."""
    unit, scale = ("GB", 1000.0) if figure.value >= 1000 else ("MB", 1.0)
    low, value, high = (end / scale for end in (figure.low, figure.value, figure.high))
    decimals = 1 if unit == "GB" else 0
    ends = (formats.number(low, decimals), formats.number(high, decimals))
    return f"{formats.number(value, decimals)}{formats.NBSP}{unit}", formats.between(*ends)


def watt_hours(figure: Interval) -> tuple[str, str]:
    """Value and ends in watt hours: a run of seconds is a tiny part of a kilowatt hour."""
    low, value, high = (1000 * end for end in (figure.low, figure.value, figure.high))
    decimals = formats.decimals_for(value, low, high)
    ends = (formats.number(low, decimals), formats.number(high, decimals))
    return f"{formats.number(value, decimals)}{formats.NBSP}Wh", formats.between(*ends)


def dollars(figure: Interval) -> tuple[str, str]:
    """Value, and both ends without the unit."""
    return formats.money(figure.value, figure.low, figure.high), formats.interval("cost.training_usd", *figure[1:])


def _cell(written: tuple[str, str]) -> str:
    value, ends = written
    if not on_phone():
        return f"**{one_line(plain(value))}** {note(one_line(plain(ends)))}"
    to = translate("{low} to {high}", low="", high="").strip()
    between = ends.replace(f"{formats.NBSP}{to}{formats.NBSP}", f" {to}{formats.NBSP}")
    return f"**{one_line(plain(value))}** {note(plain(between))}"


def _grade(grade: str) -> str:
    known = cast(Grade, grade)
    return grade_mark(known) if on_phone() else grade_badge(known)


def _why(expected: Expected | ProspectusError) -> str:
    error = expected if isinstance(expected, ProspectusError) else expected.unknown
    return translate("unknown: {reason}", reason=message(error)) if error else _("unknown")


def _bought(name: str, paid: Paid) -> None:
    import streamlit as st

    words = translate(
        "{recipe} sends {requests} requests: about {read} tokens read and {written} written, {usd} by {price}. "
        "Tokens are counted from characters, a rule of thumb; answers kept from earlier runs cost nothing.",
        recipe=recipe_name(name),
        requests=formats.number(paid.requests),
        read=formats.number(paid.tokens_read.value),
        written=formats.number(paid.tokens_written.value),
        usd=formats.money(*paid.usd),
        price=paid.price,
    )
    st.markdown(note(plain(words)))


def _warn(name: str, expected: Expected) -> None:
    import streamlit as st

    assert expected.figures is not None
    words = translate(
        "{recipe} may need up to {most} of memory, which is more than is free now: it would be refused when it starts.",
        recipe=recipe_name(name),
        most=formats.number(expected.figures.peak_memory_mb.high) + formats.NBSP + "MB",
    )
    st.warning(plain(words), icon=":material/memory:")

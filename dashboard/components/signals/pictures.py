"""The radar with its numbered list, and the timeline of volume and sentiment with what changed."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dashboard.components.charts.mentions import Turn, mood_line, volume_bars
from dashboard.components.charts.radar import Blip, radar
from dashboard.components.charts.template import show
from dashboard.components.head import section_bar
from dashboard.components.signals.words import ARROWS, DIMENSIONS, value_name
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from engine.errors import N_
from engine.market.ranking import weightiest
from engine.market.reading import HORIZONS, IMPACTS
from engine.market.volume import Course, course

if TYPE_CHECKING:
    from dashboard.store.signals import Mention, Signal
    from engine.market.changes import Change

ON_RADAR = 12
RINGS = (N_("1 year"), N_("3 years"), N_("later"))
STEPS = {"day": N_("Documents a day"), "week": N_("Documents a week"), "month": N_("Documents a month")}
SHORT = {
    "day": N_("A change of level is named from {least} days on; there are {n}."),
    "week": N_("A change of level is named from {least} weeks on; there are {n}."),
    "month": N_("A change of level is named from {least} months on; there are {n}."),
}
LAYERS: tuple[tuple[str, int | None], ...] = (("technology", 0), ("market", 4), ("policy", 1), ("none", None))
"""Dimensions with their colours, lowest first."""
Changes = Callable[[tuple[float, ...]], "Sequence[Change]"]


def draw_radar(rows: "Sequence[Signal]") -> None:
    """Draw the weightiest signals, numbered, and their list beside."""
    import streamlit as st

    ordered = weightiest(rows)
    placed = ordered[:ON_RADAR]
    left, right = st.columns([0.46, 0.54], gap="medium")
    with left:
        section_bar(_("Radar"))
        if not placed:
            st.markdown(note(plain(_("None of these signals is about technology, market or policy."))))
            return
        show(
            radar(
                [_blip(number, row) for number, row in enumerate(placed, 1)],
                [value_name(name) for name in DIMENSIONS[:1] + DIMENSIONS[2:] + DIMENSIONS[1:2]],
                [_(name) for name in RINGS],
                (value_name("opportunity"), value_name("threat")),
            ),
            translate("Radar of {n} signals by dimension, horizon and impact", n=len(placed)),
            "signals_radar",
        )
    with right:
        section_bar(_("What matters most"))
        st.markdown("\n".join(f"{number}. {_line(row)}" for number, row in enumerate(placed, 1)))
        said = _("The larger, the higher the impact; the nearer to the middle, the sooner.")
        if len(ordered) > len(placed):
            more = translate("{n} of {all}, high impact first.", n=len(placed), all=len(ordered))
            said = f"{said} {more}"
        st.markdown(note(plain(said)))


def _blip(number: int, row: "Signal") -> Blip:
    sectors = ("technology", "policy", "market")
    return Blip(
        number,
        row.title,
        sectors.index(row.value("dimension")),
        HORIZONS.index(row.value("horizon")),
        IMPACTS.index(row.value("impact")),
        row.value("direction") == "opportunity",
    )


def _line(row: "Signal") -> str:
    about = ", ".join(value_name(row.value(field)) for field in ("dimension", "horizon", "impact"))
    return f"{ARROWS[row.value('direction')]} {plain(row.title, 90)} {note(plain(about))}"


def draw_timeline(mentions: "Sequence[Mention]", changes: Changes) -> None:
    """Draw both charts, or why they say nothing yet."""

    found = course(mentions)
    volumes = tuple(float(period.volume) for period in found.periods)
    moods = [period.mood for period in found.periods]
    section_bar(_("Volume and sentiment"), note=_note(found))
    starts = [period.start for period in found.periods]
    layers = [
        (value_name(name), [period.counts.get(name, 0) for period in found.periods], place) for name, place in LAYERS
    ]
    turns = [_turn(found, change, "{before:.1f} → {after:.1f}") for change in changes(volumes)]
    show(
        volume_bars(starts, layers, _(STEPS[found.step]), turns),
        translate("Bars of documents by period; {n} changes of level", n=len(turns)),
        "signals_volume",
    )
    spoken = [(place, mood) for place, mood in enumerate(moods) if mood is not None]
    shifts = [
        Turn(starts[spoken[change.place][0]], f"{change.before:+.2f} → {change.after:+.2f}")
        for change in changes(tuple(mood for _place, mood in spoken))
    ]
    ends = (value_name("negative"), value_name("positive"))
    show(
        mood_line(starts, moods, _("Mean sentiment"), ends, shifts),
        translate("Line of mean sentiment by period; {n} changes of level", n=len(shifts)),
        "signals_mood",
    )


def _turn(found: Course, change: "Change", text: str) -> Turn:
    return Turn(found.periods[change.place].start, text.format(before=change.before, after=change.after))


def _note(found: Course) -> str:
    from engine.market.changes import MIN_PERIODS

    n = len(found.periods)
    if n < MIN_PERIODS:
        said = translate(SHORT[found.step], least=MIN_PERIODS, n=n)
    else:
        said = _("Dotted: the level changed there (PELT); numbers are the means before and after.")
    return plain(said)

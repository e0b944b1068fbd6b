"""The card of a run that lives: how far, how long still, what it spent, and the button that stops it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dashboard import formats
from dashboard.components.badges import interrupted_badge, state_badge
from dashboard.components.ink import on_phone
from dashboard.components.text import plain, sentences
from dashboard.i18n import _, translate
from engine.spec import RunState

TRENDS = (168, 3, 84)
PHONE_TRENDS = (310, 2, 120)
"""Height kept, columns, least width of one, in px."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A small figure with the line that led to it."""

    label: str
    value: str
    delta: str = ""
    """Change since the point before, as written; empty for none."""
    better: bool | None = None
    """Whether the change is for the better; None draws it grey."""
    points: Sequence[float] = field(default=(), repr=False)
    area: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True)
class RunCard:
    """A run as its card shows it."""

    run: str
    name: str
    what: str
    """Plain words: idea, recipe, settings."""
    state: RunState
    fraction: float | None
    doing: str
    """What it does now, translated: "Epoch 2 of 3"."""
    left_seconds: float | None = None
    trends: Sequence[Trend] = ()
    log: Sequence[str] = ()
    stoppable: bool = True
    stopping: bool = False
    silent: str = ""
    """What is to be expected, where its worker gives no sign of life."""


def progress_card(card: RunCard, stop: Callable[[str], None]) -> None:
    """Draw the card. Call it inside `errors.live`, which redraws it while the run lives."""
    import streamlit as st

    with st.container(border=True):
        left, right = st.columns([5, 6], vertical_alignment="center", gap="medium")
        with left:
            _state(card)
            _buttons(card, stop)
        with right:
            _trends(card.trends)


def _state(card: RunCard) -> None:
    import streamlit as st

    badge = interrupted_badge() if card.silent else state_badge(card.state)
    st.markdown(f"{badge} **{plain(card.name)}**{', ' + plain(card.what) if card.what else ''}")
    if card.silent or card.fraction is None:
        st.progress(card.fraction or 0.0, text=plain(card.silent or card.doing))
        return
    parts = [f"{card.doing}, {100 * card.fraction:.0f}%." if card.doing else f"{100 * card.fraction:.0f}%."]
    if card.left_seconds is not None and card.left_seconds >= 1:  # what ends at once needs no forecast
        parts.append(translate("About {time} left.", time=formats.duration(card.left_seconds)))
    st.progress(min(1.0, max(0.0, card.fraction)), text=plain(sentences(*parts)))


def _buttons(card: RunCard, stop: Callable[[str], None]) -> None:
    import streamlit as st

    with st.container(horizontal=True):
        if card.stoppable and st.button(
            _("Saving") if card.stopping else _("Save and stop"),
            icon=":material/stop_circle:",
            key=f"stop_{card.run}",
            disabled=card.stopping,
        ):
            stop(card.run)
            st.rerun()
        with st.popover(_("Log"), icon=":material/article:", type="tertiary", key=f"log_{card.run}"):
            st.markdown("  \n".join(plain(line) for line in card.log) or _("Nothing logged yet."))


def _trends(trends: Sequence[Trend]) -> None:
    import streamlit as st

    # Its height is kept before the first line is drawn, so that nothing below jumps when it comes.
    height, columns, width = PHONE_TRENDS if on_phone() else TRENDS
    row = st.container(height=height, border=False).grid(columns, min_column_width=width)
    for trend in trends:
        colour = "off" if trend.better is None else "green" if trend.better else "red"
        row.metric(
            trend.label,
            trend.value,
            delta=formats.delta_text(trend.delta) or None,
            delta_color=colour,  # type: ignore[arg-type]
            delta_arrow="off" if trend.better is None else "auto",
            chart_data=list(trend.points) if len(trend.points) > 1 else None,
            chart_type="area" if trend.area else "line",
            help=trend.help or None,
        )

"""What pages read of signals, and do about them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.store.reading import acts, view_by
from db import signals as stored
from db.signals import Mention, Signal
from db.views import signals as views
from db.views.signals import Linked, Reading
from engine.entrypoints.actions import signals as verbs
from engine.entrypoints.actions.signals import DATA_SOURCE, VALUES, Brought
from engine.market.headlines import DIMENSIONS

if TYPE_CHECKING:
    from engine.market.changes import Change

__all__ = ["DATA_SOURCE", "VALUES", "Brought", "Linked", "Mention", "Reading", "Signal"]
PAGE = "signals"
_VISIT = "signals_visit"


def signals() -> tuple[Signal, ...]:
    """Signals, newest first."""
    rows: tuple[Signal, ...] = view_by(stored.signals)
    return rows


def mentions() -> tuple[Mention, ...]:
    """Every document with its dimension and sentiment, newest first."""
    rows: tuple[Mention, ...] = view_by(stored.mentions)
    return rows


def reading() -> Reading:
    """Who reads the dimension, and which runs could."""
    found: Reading = view_by(views.reading, dimensions=DIMENSIONS)
    return found


def linked(slug: str) -> Linked:
    """How many signals concern an idea."""
    found: Linked = view_by(views.linked, slug=slug)
    return found


def visited_before(who: str) -> datetime | None:
    """When this reader looked at signals before; one session is one visit."""
    known: dict[str, datetime | None] = st.session_state.setdefault(_VISIT, {})
    if who not in known:
        known[who] = visit(PAGE, who)
    return known[who]


@st.cache_resource(max_entries=32, show_spinner=False)
def changes(values: Sequence[float]) -> "tuple[Change, ...]":
    """Where a series of periods changed its level; computed in a process of its own. Nothing of a short series."""
    from engine.market.changes import MIN_PERIODS

    if len(values) < MIN_PERIODS or len(set(values)) == 1:
        return ()
    from engine.market.child import changes as found

    return tuple(found(values))


bring_text = acts(verbs.bring_text)
bring_url = acts(verbs.bring_url)
bring_file = acts(verbs.bring_file)
correct_signal = acts(verbs.correct_signal)
link_signal = acts(verbs.link_signal)
signals_to_data = acts(verbs.signals_to_data)
use_classifier = acts(verbs.use_classifier)
usual_reader = verbs.usual_reader
visit = acts(verbs.visit)

"""The decision card: what stands, why, since when; and the form that records the next one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from dashboard import formats
from dashboard.components.author import author_field
from dashboard.components.badges import verdict_badge, verdict_name
from dashboard.components.errors import show_error, shown
from dashboard.components.text import all_of, note, plain
from dashboard.i18n import _, _n, translate
from engine.errors import N_, InputError
from engine.spec import VERDICTS

Record = Callable[..., None]
"""verdict, reason, author, review date, and what is `expected`."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision as recorded."""

    verdict: str
    reason: str
    author: str
    at: datetime
    review: date | None = None
    rested_on: str = ""
    """Plain words: "14 figures, 9 of them measured"."""


def decision_card(history: Sequence[Decided]) -> None:
    """Draw the newest decision of `history` (newest first) and the older ones folded."""
    import streamlit as st

    with st.container(border=True):
        st.markdown(f"#### {_('Decision')}", anchors=False)
        if not history:
            st.markdown(note(_("Nothing decided yet.")))
            return
        _draw(history[0])
        if len(history) > 1:
            earlier = _n("{n} earlier decision", "{n} earlier decisions", len(history) - 1)
            with st.expander(earlier.format(n=len(history) - 1), type="compact"):
                for decided in history[1:]:
                    _draw(decided)


def _draw(decided: Decided) -> None:
    import streamlit as st

    since = translate("since {date}, {author}", date=formats.date(decided.at), author=decided.author)
    st.markdown(f"{verdict_badge(decided.verdict)} {plain(since)}")
    st.markdown(plain(f"“{decided.reason}”"))
    review = translate("Review on {date}.", date=decided.review.isoformat()) if decided.review else ""
    rested = translate("Taken on {figures}.", figures=decided.rested_on) if decided.rested_on else ""
    if review or rested:
        st.markdown(note(plain(f"{review} {rested}".strip())))


def decision_form(record: Record, key: str) -> None:
    """Draw the form of the next decision; `record` is called once verdict, reason and name are given."""
    import streamlit as st

    with st.form(f"{key}_decision", border=False, enter_to_submit=False):
        verdict = st.segmented_control(
            _("Verdict"), VERDICTS, format_func=verdict_name, key=f"{key}_verdict", width="stretch"
        )
        reason = st.text_input(_("Reason"), placeholder=_("Because, in one sentence"), key=f"{key}_reason")
        expected = st.text_input(
            _("Expected (optional)"), placeholder=_("What should come of it, with a figure"), key=f"{key}_expected"
        )
        left, right = st.columns(2)
        with left:
            author = author_field(f"{key}_author")
        with right:
            review = st.date_input(
                _("Review on (optional)"), value=None, min_value="today", key=f"{key}_review", format="YYYY-MM-DD"
            )
        if st.form_submit_button(_("Record"), type="primary", key=f"{key}_record"):
            _record(partial(record, expected=expected.strip()), verdict, reason.strip(), author, review)


def _record(record: Record, verdict: str | None, reason: str, author: str, review: date | None) -> None:
    import streamlit as st

    needed = {_("the verdict"): verdict, _("the reason"): reason, _("your name"): author}
    lacking = [word for word, given in needed.items() if not given]
    if lacking or verdict is None:
        show_error(InputError(N_("A decision needs {parts}."), parts=all_of(lacking)))
        return
    with shown():
        record(verdict, reason, author, review)
        st.rerun()

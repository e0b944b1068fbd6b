"""The log of decisions: the sentence over it, the reviews that are due, the rows, and what one rested on."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_mark, verdict_badge, verdict_name
from dashboard.components.table import words_table
from dashboard.components.text import link, listed, note, one_line, plain, roomy, sentences, unbroken, whole_dates
from dashboard.i18n import _, _n, translate
from engine.errors import N_
from engine.evidence import measure
from engine.interval import Interval, interval
from engine.portfolio.outcomes import CAME, CAME_NAMES, Change, change
from engine.spec import VERDICTS

if TYPE_CHECKING:
    from dashboard.store.decisions import LoggedDecision, Placed, ThenNow, Told

DUE_CARDS = 3
ROWS = 40
CHANGES: dict[Change, tuple[str, str]] = {
    "better": ("green", N_("▲ better")),
    "worse": ("red", N_("▼ worse")),
    "moved": ("gray", N_("moved")),
    "same": ("gray", N_("no clear change")),
    "new": ("gray", N_("not known then")),
    "gone": ("orange", N_("counts no more")),
}
CAME_COLOURS = ("green", "blue", "red", "gray")


def said_of_all(log: Sequence["LoggedDecision"], placed: Sequence["Placed"], today: date) -> str:
    """The page's answer: how many reviews are due, what stands, and what is undecided. Markdown."""
    due = sum(row.due(today) for row in log)
    standing = [row.verdict for row in log if row.stands]
    counts = listed(f"{standing.count(verdict)} {verdict_name(verdict)}" for verdict in VERDICTS if verdict in standing)
    undecided = sum(row.verdict is None for row in placed)
    if due:
        lead = _n("{n} decision is due for review.", "{n} decisions are due for review.", due).format(n=due)
    elif standing:
        lead = _("No review is due.")
    else:
        lead = _("Nothing is decided yet.")
    stands = translate("What stands: {counts}.", counts=counts) if counts else ""
    rest = _n("{n} idea is undecided.", "{n} ideas are undecided.", undecided).format(n=undecided) if undecided else ""
    return sentences(f"**{plain(lead)}**", plain(stands), plain(rest), plain(_judged(log)))


def _judged(log: Sequence["LoggedDecision"]) -> str:
    """How often it came as expected or better, of those that somebody judged."""
    newest = [row.outcomes[0].came for row in log if row.outcomes]
    judged = [came for came in newest if came != "too_early"]
    if not judged:
        return ""
    well = sum(came in ("better", "as_expected") for came in judged)
    return translate("{n} of {all} judged outcomes came as expected or better.", n=well, all=len(judged))


def due_cards(log: Sequence["LoggedDecision"], today: date) -> None:
    """Decisions whose day of review has come, the oldest day first."""
    import streamlit as st

    due = sorted((row for row in log if row.due(today)), key=lambda row: row.review_on or today)[:DUE_CARDS]
    if not due:
        return
    for place, row in zip(st.columns(DUE_CARDS, gap="small"), due, strict=False):
        with place, st.container(border=True, height="stretch"):
            st.markdown(f"{verdict_badge(row.verdict)} **{link(row.idea, 'product', idea=row.slug)}**")
            words = translate("Review was set for {date}.", date=row.review_on.isoformat() if row.review_on else "")
            st.markdown(note(plain(words)))
            st.markdown(plain(f"“{row.expected or row.reason}”", 160))
            st.markdown(link(_("Look at it again"), "decisions", decision=row.id))


def log_title(row: "LoggedDecision") -> str:
    """A decision in a list of choices. Plain text."""
    return f"{row.idea}: {verdict_name(row.verdict)}, {formats.date(row.created_at)}"


def log_table(log: Sequence["LoggedDecision"]) -> None:
    """The newest decisions as rows."""
    import streamlit as st

    shown = log[:ROWS]
    words_table(
        {
            _("Date"): [plain(formats.date(row.created_at)) for row in shown],
            _("Idea"): [link(row.idea, "product", idea=row.slug) for row in shown],
            _("Decision"): [_verdict(row) for row in shown],
            roomy(_("Why, and what was expected")): [_reason(row) for row in shown],
            _("Review"): [whole_dates(row.review_on.isoformat()) if row.review_on else "–" for row in shown],
            _("Outcome"): [_outcome(row) for row in shown],
        },
        _("Decisions over all ideas, newest first"),
        deciding=(0, 1, 2),
    )
    if len(log) > ROWS:
        st.markdown(note(plain(translate("The newest {n} of {all}.", n=ROWS, all=len(log)))))


def _verdict(row: "LoggedDecision") -> str:
    replaced = "" if row.stands else f"  \n{note(_('replaced'))}"
    return f"{verdict_badge(row.verdict)}{replaced}"


def _reason(row: "LoggedDecision") -> str:
    hoped = translate("Expected: {what}", what=row.expected) if row.expected else ""
    by = translate("by {author}", author=row.author)
    return f"{plain(row.reason, 200)}  \n{note(plain(f'{hoped} ({by})' if hoped else by, 220))}"


def _outcome(row: "LoggedDecision") -> str:
    if not row.outcomes:
        return "–"
    newest = row.outcomes[0]
    return f"{came_badge(newest.came)}  \n{note(plain(newest.what, 120))}"


def came_name(came: str) -> str:
    """What came of it, in the reader's language."""
    return _(CAME_NAMES[CAME.index(came)])


def came_badge(came: str) -> str:
    """Markdown badge of what came of a decision."""
    return f":{CAME_COLOURS[CAME.index(came)]}-badge[{came_name(came)}]"


def rested_part(row: "LoggedDecision", figures: Sequence["ThenNow"]) -> None:
    """What somebody saw come of it, and each figure then and now."""
    import streamlit as st

    for outcome in row.outcomes:
        by = translate("{date}, {author}", date=formats.date(outcome.created_at), author=outcome.author)
        st.markdown(f"{came_badge(outcome.came)} {plain(outcome.what)} {note(plain(by))}")
    if not figures:
        st.markdown(note(_("The ledger held no figure of this idea that day, and holds none now.")))
        return
    st.markdown(note(plain(_counted(row, figures))))
    words_table(
        {
            _("Measure"): [unbroken(_(measure(each.measure).title)) for each in figures],
            _("When decided"): [_told(each.measure, each.then) for each in figures],
            _("Now"): [_told(each.measure, each.now) for each in figures],
            _("Change"): [_change(each) for each in figures],
        },
        _("What a decision rested on beside what is current"),
        stacks=True,
    )


def _counted(row: "LoggedDecision", figures: Sequence["ThenNow"]) -> str:
    moved = sum(_moved(each) in ("better", "worse", "moved") for each in figures)
    words = _n(
        "It rested on {n} figure, {measured} measured; {moved} moved beyond both intervals since.",
        "It rested on {n} figures, {measured} measured; {moved} moved beyond both intervals since.",
        row.figures,
    )
    return words.format(n=row.figures, measured=row.measured, moved=moved)


def _moved(each: "ThenNow") -> Change:
    return change(_interval(each.then), _interval(each.now), measure(each.measure).direction)


def _interval(told: "Told | None") -> Interval | None:
    return None if told is None else interval(told.value, told.low, told.high)


def _told(key: str, told: "Told | None") -> str:
    if told is None:
        return "–"
    value = one_line(plain(formats.value(key, told.value, told.low, told.high)))
    ends = formats.interval(key, told.low, told.high)
    between = f" :small[:gray[{one_line(plain(ends))}]]" if ends else ""
    return f"{grade_mark(told.grade)}{formats.NBSP}**{value}**{between}"


def _change(each: "ThenNow") -> str:
    colour, words = CHANGES[_moved(each)]
    return f":{colour}[{one_line(_(words))}]"

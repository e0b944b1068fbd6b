"""The risk register: the sentence over it, the map of likelihood and impact, the rows, and how one was seen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.table import words_table
from dashboard.components.text import ended, link, note, one_line, plain, roomy, sentences
from dashboard.i18n import _, _n, translate
from engine.errors import N_
from engine.portfolio.risks import IMPACTS, KINDS, LIKELIHOODS

if TYPE_CHECKING:
    from dashboard.store.decisions import RiskRow, SeenRisk

KIND_NAMES = (N_("Data"), N_("Talent"), N_("Law"), N_("Competition"), N_("Cost"))
ROWS = 40
NAMED = 3
"""Risks of a cell of the map that are named; the register has them all."""


def kind_name(kind: str) -> str:
    """The kind's word in the reader's language."""
    return _(KIND_NAMES[KINDS.index(kind)])


def said_of_risks(rows: Sequence["RiskRow"]) -> str:
    """The page's answer: what is pressing, and what of it nobody looks after. Markdown."""
    standing = [row for row in rows if not row.seen.closed]
    pressing = [row for row in standing if row.seen.pressing]
    neglected = [row for row in pressing if row.seen.neglected]
    if not rows:
        return f"**{plain(_('Nobody has written down a risk yet.'))}** {plain(_('That is not the same as none.'))}"
    words = _n("{n} of {all} open risks is pressing", "{n} of {all} open risks are pressing", len(pressing))
    lead = words.format(n=len(pressing), all=len(standing))
    if not pressing:
        rest = ""
    elif neglected:
        rest = _n(
            "{n} of them has no owner or nothing done against it.",
            "{n} of them have no owner or nothing done against them.",
            len(neglected),
        ).format(n=len(neglected))
    else:
        rest = _("each has an owner and something done against it.")
    first = f"{plain(_('The greatest:'))} {_named(standing[0])}" if standing and pressing else ""
    bold = f"**{plain(lead if rest else ended(lead))}**"
    return sentences(translate("{lead}: {rest}", lead=bold, rest=plain(rest)) if rest else bold, first)


def _named(row: "RiskRow") -> str:
    return translate("{risk} ({idea}).", risk=plain(row.title), idea=link(row.idea, "product", idea=row.slug))


def risk_map(rows: Sequence["RiskRow"]) -> None:
    """Likelihood upwards, impact to the right; open risks stand in their cell."""
    import streamlit as st

    standing = [row for row in rows if not row.seen.closed]
    if not standing:
        return
    st.markdown(
        note(plain(_("Likelihood downwards, impact to the right. Orange cells are pressing: 12 or more of 25.")))
    )
    columns: dict[str, list[str]] = {
        " ": [f"**{one_line(plain(_(LIKELIHOODS[likely - 1])))}**" for likely in range(5, 0, -1)]
    }
    for impact in range(1, 6):
        columns[_(IMPACTS[impact - 1])] = [_cell(standing, likely, impact) for likely in range(5, 0, -1)]
    words_table(columns, _("Map of open risks"), stacks=True)


def _cell(rows: Sequence["RiskRow"], likelihood: int, impact: int) -> str:
    here = [row for row in rows if (row.seen.likelihood, row.seen.impact) == (likelihood, impact)]
    if not here:
        return ":gray[·]"
    colour = "orange" if here[0].seen.pressing else "gray"
    lines = [f":{colour}-badge[{plain(row.title, 34)}]" for row in here[:NAMED]]
    if len(here) > NAMED:
        more = _n("and {n} more", "and {n} more", len(here) - NAMED).format(n=len(here) - NAMED)
        lines.append(note(plain(more)))
    return "  \n".join(lines)


def register_table(rows: Sequence["RiskRow"]) -> None:
    """Open risks by exposure, closed ones below."""
    import streamlit as st

    shown = rows[:ROWS]
    words_table(
        {
            roomy(_("Risk")): [f"{_struck(row)}  \n{note(link(row.idea, 'product', idea=row.slug))}" for row in shown],
            _("Kind"): [one_line(kind_name(row.kind)) for row in shown],
            _("Exposure"): [_exposure(row.seen) for row in shown],
            _("Owner"): [_owner(row.seen) for row in shown],
            roomy(_("Mitigation")): [_mitigation(row.seen) for row in shown],
        },
        _("Risks, the greatest exposure first"),
        deciding=(0, 2),
    )
    if len(rows) > ROWS:
        st.markdown(note(plain(translate("The greatest {n} of {all}.", n=ROWS, all=len(rows)))))


def _struck(row: "RiskRow") -> str:
    return f":gray[~~{plain(row.title)}~~]" if row.seen.closed else plain(row.title)


def _exposure(seen: "SeenRisk") -> str:
    if seen.closed:
        return f":gray-badge[:material/check: {_('closed')}]"
    colour, sign = ("orange", ":material/priority_high: ") if seen.pressing else ("gray", "")
    words = f"{_(LIKELIHOODS[seen.likelihood - 1])} × {_(IMPACTS[seen.impact - 1])}"
    return f":{colour}-badge[{sign}{seen.exposure}]  \n{note(plain(words))}"


def _owner(seen: "SeenRisk") -> str:
    return plain(seen.owner) or _lacking(seen, _("nobody"))


def _mitigation(seen: "SeenRisk") -> str:
    return plain(seen.mitigation, 160) or _lacking(seen, _("nothing yet"))


def _lacking(seen: "SeenRisk", words: str) -> str:
    return f":orange[{plain(words)}]" if seen.pressing else f":gray[{plain(words)}]"


def before_part(row: "RiskRow") -> None:
    """Each way in which a risk was seen, newest first."""
    import streamlit as st

    lines = []
    for seen in (row.seen, *row.before):
        by = translate("{date}, {author}", date=formats.date(seen.created_at), author=seen.author)
        lines.append(f"{_exposure(seen).replace('  ' + chr(10), ' ')} {note(plain(by))}")
    st.markdown("\n\n".join(lines))

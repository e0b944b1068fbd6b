"""Whether a run treats the groups of a column alike: figures by group, gaps, and what they do not prove."""

from typing import TYPE_CHECKING

from dashboard import evaluations, formats, store
from dashboard.components.address import kept_selectbox
from dashboard.components.charts.groups import Point, Series, grouped_dots
from dashboard.components.charts.template import show
from dashboard.components.head import section_bar
from dashboard.components.slices import p_words
from dashboard.components.text import note, one_line, plain
from dashboard.i18n import _, translate
from engine.errors import N_

if TYPE_CHECKING:
    from dashboard.store import RunDetail
    from engine.evaluation.fairness import Fairness, Gap
    from engine.evaluation.proportions import Share

GAPS = {
    "selection": (N_("Selection rate"), N_("Demographic parity: each group is answered the class equally often.")),
    "true_positive": (N_("True positive rate"), N_("Equal opportunity: those that are the class are found alike.")),
    "false_positive": (N_("False positive rate"), N_("Those that are not the class are mistaken for it alike.")),
    "equalised_odds": (N_("Equalised odds"), N_("The larger of the two gaps above.")),
    "accuracy": (N_("Accuracy"), N_("Answers are right equally often.")),
    "f1": (N_("F1 of the class"), N_("The class is found and named alike.")),
}
UNPROVED = N_(
    "This does not prove that a model is fair. The measures exclude each other where groups differ in how common the "
    "class is (Kleinberg et al. 2016), labels may carry the prejudice of whoever gave them, and groups that are not in "
    "the data are not in the figures. It shows where to look, and a person has to judge."
)


def fairness_part(detail: "RunDetail") -> None:
    """Draw the choice of column and class, and what follows from it."""
    import streamlit as st

    columns = evaluations.group_columns(detail.row.id)
    place = section_bar(_("Are groups treated alike?"), control=bool(columns))
    if not columns:
        st.markdown(note(_("No kept column has 2 to 12 values. Keep a column of groups when the data are brought in.")))
        return
    labels = store.evaluation(detail.row.id).labels
    column = kept_selectbox("group", list(columns), str, _("Groups of"), place, width=170)
    last_first = list(reversed(labels))
    label = kept_selectbox(
        "matters",
        last_first,
        lambda name: translate("class: {name}", name=name),
        _("The class that matters"),
        place,
        width=190,
    )
    fairness(evaluations.fairness(detail.row.id, column, label), column, label)


def fairness(found: "Fairness", column: str, label: str) -> None:
    """Draw the groups of a column and their gaps for one class."""
    import streamlit as st

    st.markdown(fairness_sentence(found, column))
    left, right = st.columns(2, gap="medium")
    with left:
        _chart(found, label)
    with right:
        _gap_table(found)
    _group_table(found)
    st.markdown(note(plain(_(UNPROVED))))


def fairness_sentence(found: "Fairness", column: str) -> str:
    """What the gaps say. Markdown."""
    if not found.gaps:
        return f"**{plain(_('Fewer than two groups have 30 rows: no gap is computed.'))}**"
    sure = [gap for gap in found.gaps if gap.p_adjusted < 0.05]
    if not sure:
        said = translate("Between the groups of “{column}” no gap larger than chance would show.", column=column)
        return f"**{plain(said)}**"
    largest = max(sure, key=lambda gap: gap.value)
    said = translate(
        "{figure} differs by {points} between “{highest}” and “{lowest}”.",
        figure=_(GAPS[largest.figure][0]),
        points=formats.points(largest.value, largest.low, largest.high).lstrip("+"),
        highest=_group(largest.highest),
        lowest=_group(largest.lowest),
    )
    more = translate("{count} of {all} gaps are larger than chance would show.", count=len(sure), all=len(found.gaps))
    return f"**{plain(said)}** {plain(more)}"


def _chart(found: "Fairness", label: str) -> None:
    names = [_group(group.name) for group in found.groups]
    series = [
        Series(
            _(GAPS[figure][0]),
            [_point(getattr(group, figure), _group(group.name), counted=group.counted) for group in found.groups],
            place,
        )
        for figure, place in (("selection", None), ("true_positive", 0), ("false_positive", 1))
    ]
    figure = grouped_dots(names, series, translate("Answered “{label}”, %, 95% interval", label=label))
    show(figure, _("Selection, true and false positive rate of each group"), "fairness_groups")


def _point(share: "Share", name: str, *, counted: bool) -> Point | None:
    if not share.n:
        return None
    text = f"{name}: {formats.percent(share.value, share.low, share.high)}, n = {formats.number(share.n)}"
    return Point(100 * share.value, 100 * share.low, 100 * share.high, text, pale=not counted)


def _gap_table(found: "Fairness") -> None:
    import streamlit as st

    by_name = {gap.figure: gap for gap in found.gaps}
    shown = [(words, by_name[name]) for name, (words, _help) in GAPS.items() if name in by_name]
    if not shown:
        return
    columns = {
        one_line(_("Gap")): [plain(_(words)) for words, _gap in shown],
        one_line(_("Points")): [_gap_words(gap) for _words, gap in shown],
        one_line(_("Chance")): [plain(p_words(gap.p_adjusted)) for _words, gap in shown],
    }
    st.table(columns, border="horizontal", hide_index=True, alt=_("Gaps between groups"))
    st.markdown(
        note(
            plain(
                _(
                    "Largest less smallest over groups of at least 30 rows. Chance: how often groups drawn by lot show "
                    "a gap as large (999 permutations, Holm's correction). Of the model that is served, on validation."
                )
            )
        )
    )


def _gap_words(gap: "Gap") -> str:
    mark = "▲ " if gap.p_adjusted < 0.05 else ""
    value = formats.number(100 * gap.value, 1)
    ends = formats.between(*(formats.number(100 * end, 1) for end in (gap.low, gap.high)))
    return f"{mark}**{plain(value)}** :gray[{plain(ends)}]"


def _group_table(found: "Fairness") -> None:
    import streamlit as st

    groups = found.groups
    columns = {
        one_line(_("Group")): [plain(_group(group.name), 40) for group in groups],
        one_line(_("Rows")): [_rows(group.n, counted=group.counted) for group in groups],
        one_line(_("Accuracy")): [_share(group.accuracy) for group in groups],
        one_line(_("F1 of the class")): [_share(group.f1) for group in groups],
        one_line(_("Selection rate")): [_share(group.selection) for group in groups],
        one_line(_("True positive rate")): [_share(group.true_positive) for group in groups],
        one_line(_("False positive rate")): [_share(group.false_positive) for group in groups],
    }
    st.table(columns, border="horizontal", hide_index=True, alt=_("Figures of each group"))


def _rows(n: int, *, counted: bool) -> str:
    return formats.number(n) if counted else f"{formats.number(n)} :orange-badge[{_('few')}]"


def _share(found: "object") -> str:
    value, low, high, n = (getattr(found, name) for name in ("value", "low", "high", "n"))
    if not n:
        return "–"
    return f"{plain(formats.percent(value, low, high))} :gray[{plain(formats.interval('quality.accuracy', low, high))}]"


def _group(name: str) -> str:
    return name or _("no value")

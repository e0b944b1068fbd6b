"""How good a model is on parts of the rows, for one run or for several side by side."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.address import kept_segments, kept_selectbox
from dashboard.components.charts.groups import Point, Series, grouped_dots
from dashboard.components.charts.template import show
from dashboard.components.compare import whole
from dashboard.components.head import section_bar
from dashboard.components.profile import language_name
from dashboard.components.table import words_table
from dashboard.components.text import note, one_line, plain
from dashboard.i18n import _, translate
from engine.errors import N_

if TYPE_CHECKING:
    from dashboard.evaluations import SlicedRun
    from engine.evaluation.slices import Slice

CUTS = {"length": N_("Length"), "class": N_("Class"), "language": N_("Language")}
COLUMN = "column:"
SIGNS = {"better": "▲", "worse": "▼", "no_difference": ""}
MOST_SERIES = 4
SHORT = 24


def cut_name(cut: str) -> str:
    """A cut in words; a column by its own name."""
    return _(CUTS[cut]) if cut in CUTS else cut.removeprefix(COLUMN)


def choose_cut(cuts: Sequence[str]) -> str:
    """Draw the section's bar with the choice of the cut; returns a cut."""
    place = section_bar(_("How good on which rows"), control=True)
    if len(cuts) <= len(CUTS) + 1:
        return kept_segments("cut", cuts, lambda cut: plain(cut_name(cut)), _("Cut by"), place)
    return kept_selectbox("cut", cuts, cut_name, _("Cut by"), place)


def slices(found: "Sequence[SlicedRun]", names: Sequence[str], places: Sequence[int | None], cut: str) -> None:
    """Draw the slices of runs in the colours of `places`; `names` are the runs' labels."""
    import streamlit as st

    st.markdown(slice_sentence(found, names, cut))
    titles = [slice_name(one, cut) for one in found[0].slices]
    if len(found) <= MOST_SERIES:
        _chart(found, names, places, titles, cut)
    if len(found) == 1:
        _alone(found[0], titles, cut)
    else:
        _side_by_side(found, names, titles)
    st.markdown(note(_notes(found)))


def slice_name(found: "Slice", cut: str) -> str:
    """What a slice is called, as plain text."""
    values: Mapping[str, Any] = dict(found.values)
    if cut == "language" and "value" in values:
        values = {"value": language_name(values["value"])}
    return translate(found.template, **values)


def slice_sentence(found: "Sequence[SlicedRun]", names: Sequence[str], cut: str) -> str:
    """What the slices say. Markdown."""
    if len(found) > 1:
        differ = sum(pair.verdict != "no_difference" for run in found[1:] for pair in run.against_first)
        tests = sum(len(run.against_first) for run in found[1:])
        if differ:
            said = translate(
                "{differ} of {tests} comparisons with {run} differ.", differ=differ, tests=tests, run=names[0]
            )
        else:
            said = translate("On no slice do the runs differ from {run} as far as the data can show.", run=names[0])
        return f"**{plain(said)}**"
    weak = [one for one in found[0].slices if one.verdict == "worse"]
    if not weak:
        return f"**{plain(_('No slice is worse than the other rows as far as the data can show.'))}**"
    worst = min(weak, key=lambda one: one.accuracy.value)
    said = translate(
        "Weakest on “{slice}”: {accuracy} right on {rows} rows.",
        slice=slice_name(worst, cut),
        accuracy=formats.percent(worst.accuracy.value, worst.accuracy.low, worst.accuracy.high),
        rows=formats.number(worst.n),
    )
    return f"**{plain(said)}** {plain(_against(worst))}"


def _chart(
    found: "Sequence[SlicedRun]", names: Sequence[str], places: Sequence[int | None], titles: Sequence[str], cut: str
) -> None:
    series = [
        Series(name, [_point(one, title) for one, title in zip(run.slices, titles, strict=True)], place)
        for run, name, place in zip(found, names, places, strict=True)
    ]
    rows = sum(one.n for one in found[0].slices)
    right = sum(one.n * one.accuracy.value for one in found[0].slices)
    overall = 100 * right / rows if len(found) == 1 else None
    figure = grouped_dots(titles, series, _("Accuracy, %, 95% interval"), mark=overall)
    show(figure, translate("Accuracy by {cut}", cut=cut_name(cut)), f"slices_{cut}_{'_'.join(r.run for r in found)}")


def _point(found: "Slice", title: str) -> Point:
    share = found.accuracy
    text = f"{title}: {formats.percent(share.value, share.low, share.high)}, n = {formats.number(found.n)}"
    return Point(100 * share.value, 100 * share.low, 100 * share.high, text, found.few)


def _alone(found: "SlicedRun", titles: Sequence[str], cut: str) -> None:

    columns: dict[str, list[str]] = {
        plain(cut_name(cut)): [_title(title) for title in titles],
        one_line(_("Rows")): [_rows(one) for one in found.slices],
        one_line(_("Accuracy")): [_figure(one.accuracy) for one in found.slices],
    }
    if cut != "class":
        columns[one_line(_("Macro F1"))] = [_figure(one.f1_macro) for one in found.slices]
    columns[one_line(_("Against all other rows, points"))] = [plain(_against(one)) for one in found.slices]
    words_table(columns, _("Figures of each slice"), deciding=(0, 1, 2))


def _side_by_side(found: "Sequence[SlicedRun]", names: Sequence[str], titles: Sequence[str]) -> None:

    marks = [[SIGNS[pair.verdict] for pair in run.against_first] or [""] * len(titles) for run in found]
    cells = [
        [f"{mark} {_figure(one.accuracy)}".strip() for one, mark in zip(run.slices, own, strict=True)]
        for run, own in zip(found, marks, strict=True)
    ]
    labels = [plain(whole(name)) for name in names]
    counts = [_rows(one) for one in found[0].slices]
    if len(found) <= MOST_SERIES:
        columns = {one_line(_("Slice")): [_title(title) for title in titles], one_line(_("Rows")): counts}
        columns |= dict(zip(labels, cells, strict=True))
    else:
        columns = {one_line(_("Run")): labels}
        heads = [f"{_title(title)}, {count}" for title, count in zip(titles, counts, strict=True)]
        columns |= {head: [row[place] for row in cells] for place, head in enumerate(heads)}
    words_table(columns, _("Accuracy of each run on each slice"), stacks=len(columns) > 3)


def _title(title: str) -> str:
    """A slice's name, on one line where it is short: Chinese would break after any character."""
    return plain(one_line(title) if len(title) <= SHORT else title, 40)


def _rows(found: "Slice") -> str:
    return f"{formats.number(found.n)} :orange-badge[{_('few')}]" if found.few else formats.number(found.n)


def _figure(found: Any) -> str:
    if found is None:
        return "–"
    value = formats.percent(found.value, found.low, found.high)
    return f"**{plain(value)}** :gray[{plain(formats.interval('quality.accuracy', found.low, found.high))}]"


def _against(found: "Slice") -> str:
    gap = found.difference
    if gap is None:
        return "–"
    ends = formats.between(*(formats.number(100 * end, 1, signed=True) for end in (gap.low, gap.high)))
    words = f"{SIGNS[found.verdict] or '='} {formats.number(100 * gap.value, 1, signed=True)} ({ends})"
    return f"{words}, {p_words(found.p_adjusted)}"


def p_words(p: float) -> str:
    """`p < 0.001`, `p = 0.034`."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _notes(found: "Sequence[SlicedRun]") -> str:
    count = len(found[0].slices)
    if len(found) == 1:
        said = translate(
            "Accuracy with Wilson's interval; each slice against all other rows by Fisher's exact test, p by Holm's "
            "correction over {count} slices: somewhere among many slices one always looks bad. ▲ better, ▼ worse, = no "
            "difference that the data can show. Dotted: all rows; hollow: fewer than 30. Of the model that is served.",
            count=count,
        )
    else:
        said = translate(
            "▲ better, ▼ worse than the first run on the same rows of the slice, by the paired bootstrap and Holm's "
            "correction over all {count} comparisons. Hollow: fewer than 30 rows.",
            count=count * (len(found) - 1),
        )
    return plain(said)

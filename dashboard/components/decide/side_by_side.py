"""Two to five ideas on every measure: one column an idea, the clear differences marked."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_legend, grade_mark, stage_badge, verdict_badge
from dashboard.components.sheet import GROUP_NAMES
from dashboard.components.table import words_table
from dashboard.components.text import link, note, one_line, plain, sentences, unbroken
from dashboard.i18n import _, _n, translate
from engine.evidence import MEASURES, measure
from engine.interval import Interval, interval
from engine.portfolio.differences import clearly_best

if TYPE_CHECKING:
    from dashboard.store import Figure, ProductRow, ProductSheet

BEST = "▲"


def differing(sheets: Sequence["ProductSheet"]) -> str:
    """How many measures tell the ideas apart, and who is ahead in most of them. Markdown."""
    tables = _figures(sheets)
    shared = [key for key, row in tables.items() if sum(f is not None for f in row.values()) > 1]
    if not shared:
        return (
            f"**{_('Nothing is known of two of them yet.')}** {_('Measure the same thing for both to compare them.')}"
        )
    ahead = [best for key in shared if (best := clearly_best(_intervals(tables[key]), measure(key).direction))]
    names = {sheet.row.slug: sheet.row.name for sheet in sheets}
    words = _n(
        "{n} of {all} shared measures tells them apart.", "{n} of {all} shared measures tell them apart.", len(ahead)
    )
    count = words.format(n=len(ahead), all=len(shared))
    if not ahead:
        return f"**{plain(_('No difference that the data can show.'))}** {plain(count)}"
    first = max(set(ahead), key=lambda slug: (ahead.count(slug), slug))
    said = translate("is clearly ahead in {n} of {all}.", n=ahead.count(first), all=len(shared))
    return sentences(f"**{link(names[first], 'product', idea=first)}** {plain(said)}", plain(count))


def comparison_table(sheets: Sequence["ProductSheet"]) -> None:
    """Draw it: stage and decision first, then every measure that one of them has, by subject."""
    import streamlit as st

    tables = _figures(sheets)
    columns: dict[str, list[str]] = {_("Measure"): [_("Stage"), _("Decision")]}
    for sheet in sheets:
        columns[_column(sheet.row)] = [stage_badge(sheet.row.stage), _verdict(sheet.row)]
    for group in dict.fromkeys(GROUP_NAMES.values()):
        keys = [key for key in tables if GROUP_NAMES[measure(key).group] == group]
        if keys:
            _add(columns, [f":small[:gray[**{one_line(_(group).upper())}**]]", *([""] * len(sheets))])
        for key in keys:
            best = clearly_best(_intervals(tables[key]), measure(key).direction)
            cells = [_cell(key, figure, slug == best) for slug, figure in tables[key].items()]
            _add(columns, [unbroken(_(measure(key).title)), *cells])
    legend = translate("{mark} clearly best: its whole interval lies beyond all others.", mark=BEST)
    st.markdown(note(f"{plain(legend)} {grade_legend()}"))
    words_table(columns, _("Ideas side by side"), stacks=True)


def _column(row: "ProductRow") -> str:
    return f"**{link(row.name, 'product', idea=row.slug)}**"


def _verdict(row: "ProductRow") -> str:
    return verdict_badge(row.verdict) if row.verdict else "–"


def _add(columns: dict[str, list[str]], cells: Sequence[str]) -> None:
    for column, cell in zip(columns.values(), cells, strict=True):
        column.append(cell)


def _figures(sheets: Sequence["ProductSheet"]) -> dict[str, dict[str, "Figure | None"]]:
    """By measure, in the order of the vocabulary, then by idea; measures that nobody has are left out."""
    found = {sheet.row.slug: {figure.measure: figure for figure in sheet.figures} for sheet in sheets}
    tables = {key: {slug: figures.get(key) for slug, figures in found.items()} for key in MEASURES}
    return {key: row for key, row in tables.items() if any(row.values())}


def _intervals(row: Mapping[str, "Figure | None"]) -> dict[str, Interval | None]:
    return {slug: None if f is None else interval(f.value, f.low, f.high) for slug, f in row.items()}


def _cell(key: str, figure: "Figure | None", best: bool) -> str:
    if figure is None:
        return "–"
    value = plain(formats.value(key, figure.value, figure.low, figure.high))
    ends = formats.interval(key, figure.low, figure.high)
    mark = f" :green[{BEST}]" if best else ""
    between = f"  \n:small[:gray[{plain(ends)}]]" if ends else ""
    return f"{grade_mark(figure.grade)}{formats.NBSP}**{one_line(value)}**{mark}{between}"

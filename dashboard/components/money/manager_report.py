"""The managers' view: cost and accuracy of every idea, what changed since last month, and a document to hand on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import MARKS, grade_legend, grade_mark, grade_name, stage_name
from dashboard.components.money.amounts import Shown
from dashboard.components.money.spending import change, total, weakest_grade
from dashboard.components.text import link, note, one_line, plain
from dashboard.i18n import _, language, translate
from engine.evidence import measure

if TYPE_CHECKING:
    from dashboard.store import ProductRow
    from dashboard.store.money import Before, MonthMoney

STYLE = """
body { font: 15px/1.5 'Source Sans 3', 'Noto Sans SC', 'PingFang SC', sans-serif; margin: 2.5rem auto; max-width: 60rem;
       padding: 0 1rem; color: #10171f; background: #fff }
h1 { font: 600 1.6rem 'Source Serif 4', 'Noto Serif SC', serif; margin: 0 0 .4rem }
table { border-collapse: collapse; width: 100%; margin: 1.2rem 0 }
th, td { text-align: left; padding: .45rem .7rem .45rem 0; border-bottom: 1px solid #d9dfe8; vertical-align: top }
th { font-weight: 600; color: #4a5566 } small { color: #4a5566 } .n { text-align: right; white-space: nowrap }
@media print { body { margin: 0; max-width: none } tr { break-inside: avoid } @page { margin: 15mm } }
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One idea of the report, as written."""

    name: str
    slug: str
    stage: str
    accuracy: str
    accuracy_change: str
    cost: str
    cost_change: str
    cost_in_all: str


def report_lines(
    products: Sequence["ProductRow"],
    money: Mapping[str, Sequence["MonthMoney"]],
    before: Mapping[tuple[int, str], "Before"],
    shown: Shown,
) -> list[Line]:
    """The lines, in the order of the portfolio; `money` holds the rows of `now`, `earlier` and `ever`."""
    return [_line(product, money, before, shown) for product in products]


def _line(
    product: "ProductRow",
    money: Mapping[str, Sequence["MonthMoney"]],
    before: Mapping[tuple[int, str], "Before"],
    shown: Shown,
) -> Line:
    of = {name: [row for row in rows if row.product_id == product.id] for name, rows in money.items()}
    now, earlier = total(of["now"]), total(of["earlier"])
    return Line(
        product.name,
        product.slug,
        stage_name(product.stage),
        _accuracy(product),
        _accuracy_change(product, before),
        _marked(now, of["now"], shown),
        "–" if not now and not earlier else change(now, earlier, shown),
        _marked(total(of["ever"]), of["ever"], shown),
    )


def _marked(usd: Decimal, rows: Sequence["MonthMoney"], shown: Shown) -> str:
    grade = weakest_grade(rows)
    return f"{grade_mark(grade)} {shown.text(usd)}" if grade else _("nothing recorded")


def _accuracy(product: "ProductRow") -> str:
    figure = product.quality
    if figure is None:
        return _("not measured")
    value = formats.value(figure.measure, figure.value, figure.low, figure.high)
    ends = formats.interval(figure.measure, figure.low, figure.high)
    written = f"{grade_mark(figure.grade)} {value} ({ends})" if ends else f"{grade_mark(figure.grade)} {value}"
    return f"{written} {_(measure(figure.measure).title)}"


def _accuracy_change(product: "ProductRow", before: Mapping[tuple[int, str], "Before"]) -> str:
    """Better or worse only where the two intervals do not meet; the figures may come from different runs."""
    figure = product.quality
    if figure is None:
        return "–"
    old = before.get((product.id, str(figure.context.get("split", ""))))
    if old is None:
        return _("no figure a month ago")
    if figure.value == old.value:
        return "="
    difference = formats.points(figure.value - old.value)
    if None in (figure.low, figure.high, old.low, old.high):
        return difference
    apart = figure.low > old.high or figure.high < old.low  # type: ignore[operator]
    if not apart:
        return translate("{difference}, within what the data can show", difference=difference)
    return f"{'▲' if figure.value > old.value else '▼'} {difference}"


def draw_report(lines: Sequence[Line]) -> None:
    """The table on the page."""
    import streamlit as st

    cells = [
        [one_line(link(line.name, "product", idea=line.slug)) for line in lines],
        [line.stage for line in lines],
        [one_line(plain(line.accuracy)) for line in lines],
        [one_line(plain(line.accuracy_change)) for line in lines],
        [one_line(f"**{plain(line.cost)}**") for line in lines],
        [one_line(plain(line.cost_change)) for line in lines],
        [one_line(plain(line.cost_in_all)) for line in lines],
    ]
    heads = heads_of()
    heads[5] += formats.NO_BREAK  # two columns of one name
    st.table(
        dict(zip(heads, cells, strict=True)),
        border="horizontal",
        hide_header=False,
        hide_index=True,
        alt=_("Cost and accuracy of every idea"),
    )
    st.markdown(note(plain(_legend())))


def heads_of() -> list[str]:
    """The columns in the reader's language."""
    return [
        _("Idea"),
        _("Stage"),
        _("Accuracy, 95% interval"),
        _("Since last month"),
        _("Cost of the month"),
        _("Since last month"),
        _("Cost in all"),
    ]


def _legend() -> str:
    words = _("Accuracy is each idea's own deciding measure. Money takes the grade of its weakest part.")
    return f"{words} {grade_legend()}"


def document(title: str, sentence: str, lines: Sequence[Line], budgets: Sequence[tuple[str, str]]) -> str:
    """The same as a page of its own that prints well and needs nothing from anywhere."""
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td{' class=n' if place > 3 else ''}>{escape(cell)}</td>"
            for place, cell in enumerate(
                (
                    *(line.name, line.stage, line.accuracy, line.accuracy_change),
                    *(line.cost, line.cost_change, line.cost_in_all),
                )
            )
        )
        + "</tr>"
        for line in lines
    )
    head = "".join(f"<th>{escape(name)}</th>" for name in heads_of())
    kept = "".join(f"<tr><td>{escape(name)}</td><td>{escape(said)}</td></tr>" for name, said in budgets)
    under = f"<h2>{escape(_('Budgets'))}</h2><table>{kept}</table>" if budgets else ""
    marks = " · ".join(f"{mark} {grade_name(grade)}" for grade, mark in MARKS.items())
    return (
        f'<!doctype html><html lang="{language()[:2]}"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style><h1>{escape(title)}</h1><p>{escape(sentence)}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{under}"
        f"<p><small>{escape(_legend().split('●')[0])} {escape(marks)}</small></p></html>"
    )

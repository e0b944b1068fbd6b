"""The managers' view: cost and accuracy of every idea, what changed since last month, and a document to hand on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_legend, grade_mark, stage_name
from dashboard.components.ink import on_phone
from dashboard.components.money.amounts import Shown
from dashboard.components.money.spending import change, total, weakest_grade
from dashboard.components.table import words_table
from dashboard.components.text import link, note, one_line, plain, unbroken
from dashboard.i18n import _, translate
from engine.evidence import measure

if TYPE_CHECKING:
    from dashboard.store import ProductRow
    from dashboard.store.money import Before, MonthMoney


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
        [unbroken(plain(line.accuracy)) if on_phone() else one_line(plain(line.accuracy)) for line in lines],
        [one_line(plain(line.accuracy_change)) for line in lines],
        [
            one_line(plain(line.cost) if line.cost == _("nothing recorded") else f"**{plain(line.cost)}**")
            for line in lines
        ],
        [one_line(plain(line.cost_change)) for line in lines],
        [one_line(plain(line.cost_in_all)) for line in lines],
    ]
    words_table(dict(zip(heads_of(), cells, strict=True)), _("Cost and accuracy of every idea"), deciding=(0, 2, 4))
    st.markdown(note(plain(_legend())))


def heads_of() -> list[str]:
    """The columns in the reader's language."""
    return [
        _("Idea"),
        _("Stage"),
        _("Accuracy, 95% interval"),
        _("Accuracy since last month"),
        _("Cost of the month"),
        _("Cost since last month"),
        _("Cost in all"),
    ]


def _legend() -> str:
    words = _("Accuracy is each idea's own deciding measure. Money takes the grade of its weakest part.")
    return f"{words} {grade_legend()}"

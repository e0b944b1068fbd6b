"""What a month cost: the sentence, the four figures, the bars of a year and the rows behind them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from dashboard import formats
from dashboard.components.badges import grade_badge, grade_mark
from dashboard.components.charts.months import Expected, Part, month_bars
from dashboard.components.charts.template import show
from dashboard.components.ink import on_phone
from dashboard.components.kpis import Kpi
from dashboard.components.money.amounts import Shown
from dashboard.components.recipes import recipe_name
from dashboard.components.text import ended, link, note, one_line, plain, sentences, unbroken
from dashboard.i18n import _, translate
from engine.costs.ledger import CATEGORIES, CATEGORY_NAMES
from engine.evidence import GRADES, Grade

if TYPE_CHECKING:
    from dashboard.store.money import BudgetState, MonthEnd, MonthMoney, RunMoney

PLACES: Mapping[str, int | None] = {
    "training": 0,
    "inference": 2,
    "data": 1,
    "labelling": 4,
    "storage": 3,
    "staff": None,
}
"""A category keeps its colour; staff is slate."""


def total(rows: Sequence["MonthMoney"]) -> Decimal:
    """The sum of what counts."""
    return sum((row.usd for row in rows), Decimal(0))


def weakest_grade(rows: Sequence["MonthMoney"]) -> Grade | None:
    """The weakest grade among amounts that are not 0."""
    grades = [row.grade for row in rows if row.usd]
    return cast(Grade, max(grades, key=GRADES.index)) if grades else None


def month_sentence(month: str, usd: Decimal, end: "MonthEnd | None", whole: "BudgetState | None", shown: Shown) -> str:
    """What was spent, what of the budget, and how the month will end. Markdown; `end` only of the running month."""
    lead = translate("{amount} in {month}", amount=shown.text(usd), month=month)
    if end is None:
        return f"**{plain(ended(lead))}**"
    if whole is not None:
        lead = translate("{lead} so far, {share} of the budget", lead=lead, share=formats.percent(whole.share))
    else:
        lead = translate("{lead} so far", lead=lead)
    return sentences(f"**{plain(ended(lead))}**", plain(_expected(end, whole, shown)))


def _expected(end: "MonthEnd", whole: "BudgetState | None", shown: Shown) -> str:
    if end.expected is None or end.low is None or end.high is None:
        return _(end.reason)
    words = translate(
        "By the month's end {amount} is expected ({between}, 90%).",
        amount=shown.text(end.expected, end.low, end.high),
        between=shown.between(end.low, end.high),
    )
    if whole is None:
        return sentences(words, _("There is no budget yet."))
    if end.low > whole.usd:
        return sentences(words, _("That is above the budget."))
    if end.high <= whole.usd:
        return sentences(words, _("That is within the budget."))
    return sentences(words, _("It may or may not stay within the budget."))


def figures(
    rows: Sequence["MonthMoney"], end: "MonthEnd | None", whole: "BudgetState | None", shown: Shown
) -> list[Kpi]:
    """Spent, expected, left of the budget, share that is measured."""
    spent = total(rows)
    invoiced = sum((row.invoiced_usd for row in rows), Decimal(0))
    found = [
        Kpi(
            _("Spent"),
            shown.text(spent),
            weakest_grade(rows),
            help=_("Metered, invoiced and typed money; an invoice takes the place of what was metered."),
        )
    ]
    if end is not None and end.days_left and end.expected is not None and end.low is not None and end.high is not None:
        amount = shown.text(end.expected, end.low, end.high)
        found.append(
            Kpi(
                _("At month's end"),
                amount,
                "modelled",
                shown.between(end.low, end.high),
                _("The remaining days like the last four weeks; 90% interval."),
            )
        )
    elif end is not None:
        found.append(Kpi(_("At month's end"), _("unknown"), help=_(end.reason) if end.reason else ""))
    if end is not None:
        left = _("no budget") if whole is None else shown.text(whole.usd - whole.end.spent)
        found.append(Kpi(_("Left of budget"), left, help=_("The company's budget of this month less what is spent.")))
    share = formats.percent(float(invoiced / spent)) if spent else "–"
    found.append(Kpi(_("By invoices"), share, help=_("Share of the money that invoices measured.")))
    return found


def year_bars(
    rows: Sequence["MonthMoney"],
    months: Sequence[str],
    end: "MonthEnd | None",
    whole: "BudgetState | None",
    shown: Shown,
) -> None:
    """Draw a bar a month, stacked by category, with the budget and where this month will end."""
    by_category: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows:
        by_category[row.category][row.month] += shown.number(row.usd)
    parts = [
        Part(_(CATEGORY_NAMES[name]), by_category[name], PLACES[name]) for name in CATEGORIES if name in by_category
    ]
    expected = None
    if end is not None and end.days_left and end.expected is not None and end.low is not None and end.high is not None:
        value, low, high = (shown.number(usd) for usd in (end.expected, end.low, end.high))
        expected = Expected(months[-1], value, low, high, _("Expected at the end"))
    limit = (
        None if whole is None else (shown.number(whole.usd), translate("Budget {amount}", amount=shown.text(whole.usd)))
    )
    alt = translate("Stacked bars: money by month and category, {first} to {last}", first=months[0], last=months[-1])
    show(month_bars(months, parts, shown.currency, expected=expected, limit=limit), alt, "costs_year")


def place_table(
    rows: Sequence["MonthMoney"], before: Sequence["MonthMoney"], names: Mapping[int, tuple[str, str]], shown: Shown
) -> None:
    """One row a product and category of the month, dearest first, with its change since the month before."""
    import streamlit as st

    earlier = {(row.product_id, row.category): row.usd for row in before}
    ordered = sorted(rows, key=lambda row: -row.usd)
    phone = on_phone()
    ideas = [product_link(row.product_id, names) for row in ordered]
    kinds = [unbroken(_(CATEGORY_NAMES[row.category])) for row in ordered]
    spent = [one_line(f"**{plain(shown.text(row.usd))}**") for row in ordered]
    since = [one_line(plain(change(row.usd, earlier.get((row.product_id, row.category)), shown))) for row in ordered]
    if phone:
        marks = [f"{formats.NBSP}{grade_mark(cast(Grade, row.grade))}" for row in ordered]
        columns = {
            _("Idea"): [f"{idea}, {kind}" for idea, kind in zip(ideas, kinds, strict=True)],
            _("Spent"): [f"{amount}{mark}" for amount, mark in zip(spent, marks, strict=True)],
            _("Since last month"): since,
        }
    else:
        columns = {
            _("Idea"): [one_line(idea) for idea in ideas],
            unbroken(_("What for")): kinds,
            _("Spent"): spent,
            _("Grade"): [grade_badge(cast(Grade, row.grade)) for row in ordered],
            _("Since last month"): since,
            _("Metered"): [_part(row.metered_usd, shown, struck=bool(row.invoiced_usd)) for row in ordered],
            _("Invoiced"): [_part(row.invoiced_usd, shown) for row in ordered],
            _("Typed"): [_part(row.typed_usd, shown) for row in ordered],
        }
    st.table(
        columns,
        border="horizontal",
        hide_header=False,
        hide_index=True,
        alt=_("Money of the month by idea and category"),
    )
    if not phone and any(row.invoiced_usd and row.metered_usd for row in ordered):
        st.markdown(note(plain(_("Struck through: metered money whose place an invoice takes."))))


def run_table(runs: Sequence["RunMoney"], names: Mapping[int, tuple[str, str]], shown: Shown) -> None:
    """The runs that cost most."""
    import streamlit as st

    columns = {
        unbroken(_("Run")): [one_line(link(run.run_id[:4], "runs", run=run.run_id)) for run in runs],
        unbroken(_("Recipe")): [one_line(plain(recipe_name(run.recipe))) for run in runs],
        _("Idea"): [one_line(product_link(run.product_id, names)) for run in runs],
        _("Metered"): [one_line(plain(shown.text(run.usd))) for run in runs],
        _("Invoiced"): [_part(run.invoiced_usd, shown) for run in runs],
    }
    if on_phone():
        del columns[unbroken(_("Recipe"))], columns[_("Invoiced")]
    st.table(columns, border="horizontal", hide_header=False, hide_index=True, alt=_("The dearest runs of the month"))


def product_link(product_id: int | None, names: Mapping[int, tuple[str, str]]) -> str:
    """The idea's name as a link, or that the money is of the whole company."""
    if product_id is None or product_id not in names:
        return _("whole company")
    slug, name = names[product_id]
    return link(name, "product", idea=slug)


def change(usd: Decimal, before: Decimal | None, shown: Shown) -> str:
    """`▲ $12`, `▼ $3`, `new`, `=`."""
    if before is None or (not before and usd):
        return _("new")
    if usd == before:
        return "="
    return f"{'▲' if usd > before else '▼'} {shown.text(abs(usd - before))}"


def _part(usd: Decimal, shown: Shown, *, struck: bool = False) -> str:
    if not usd:
        return "–"
    written = one_line(plain(shown.text(usd)))
    return f"~~{written}~~" if struck else written

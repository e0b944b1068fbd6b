"""The portfolio report: ranking, accuracy against bar, cost against budget, forecast against actual, what is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from db.shapes import Figure, ProductRow
from db.views.decisions import LoggedDecision
from db.views.money import MonthMoney
from db.views.reports import Graded
from db.views.risks import RiskRow
from engine.costs.month_end import MonthEnd
from engine.entrypoints.actions.budgets import BudgetState
from engine.entrypoints.reporting import decided, money
from engine.entrypoints.reporting.memo import COST, MARGIN, bar, verdict
from engine.entrypoints.reporting.register import Register, missing, usd
from engine.errors import N_
from engine.evidence import measure
from engine.reports.document import (
    Amount,
    Column,
    Mark,
    Part,
    Ranges,
    Report,
    Section,
    Table,
    Text,
    Tile,
    Track,
    Unknown,
)
from engine.spec import STAGES
from engine.wording.names import STAGE_NAMES

NPV = "economics.npv_usd"
NO_IDEAS = N_("No idea is written down yet.")
TRACKS = 2
"""Forecasts that are drawn."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the report is made of."""

    products: Sequence[ProductRow]
    figures: Mapping[int, Sequence[Figure]]
    """Current ones, by idea."""
    budgets: Sequence[BudgetState]
    month_end: MonthEnd
    money: Sequence[MonthMoney]
    graded: Sequence[Graded]
    issued: int
    """How many forecasts there are."""
    decisions: Sequence[LoggedDecision]
    risks: Sequence[RiskRow]
    at: datetime
    today: date


def portfolio_report(facts: Facts, ranking: Sequence[Section] = ()) -> Report:
    """The report; `ranking` holds sections of the ranking under a founder's means."""
    register = Register()
    open_ones = decided.assumptions(facts.products, facts.figures, register)
    sections = (
        _ranking(facts, register),
        *ranking,
        _accuracy(facts, register),
        *money.sections(facts.products, facts.budgets, facts.money, facts.today, register),
        _forecasts(facts, register),
        open_ones,
        decided.decisions(facts.products, facts.decisions, facts.today),
        decided.risks(facts.risks),
    )
    count = len(open_ones.table.rows) if open_ones.table else 0
    return Report(
        "portfolio",
        f"portfolio-{facts.today.isoformat()}",
        N_("Portfolio report"),
        N_("What do the ideas cost, and what do they show?"),
        (),
        tuple(_lead(facts)),
        _tiles(facts, count, register),
        sections,
        register.entries,
        facts.at,
    )


def _lead(facts: Facts) -> list[Part]:
    known = [row for row in facts.products if row.bar_score is not None]
    if not facts.products:
        return [Text(NO_IDEAS)]
    counts = Text(
        N_("Ideas: {n}; measured: {measured}; decided: {decided}."),
        {"n": len(facts.products), "measured": len(known), "decided": sum(bool(row.verdict) for row in facts.products)},
    )
    if not known:
        return [Text(N_("Nothing is measured yet.")), counts]
    first = known[0]
    chance = Amount("share", first.p_bar_met or 0.0, chance=True)
    said: dict[str, Part] = {"idea": first.name, "chance": chance}
    if any(row.rank_low == 1 for row in known[1:]):
        lead = N_("{idea} stands first, chance {chance} to meet its own bar; the data cannot tell it from the next.")
    else:
        lead = N_("{idea} leads: chance {chance} that it meets its own bar.")
    return [Text(lead, said), counts]


def _tiles(facts: Facts, assumptions: int, register: Register) -> tuple[Tile, ...]:
    known = [row for row in facts.products if row.p_bar_met is not None]
    met = sum((row.p_bar_met or 0.0) >= 0.5 for row in known)
    end, company = facts.month_end, next((b for b in facts.budgets if b.product_id is None and not b.category), None)
    spent, expected = money.month_parts("t", "", end, facts.today, register)
    budget: Part = Text(money.NO_BUDGET)
    if company is not None:
        budget = Text(N_("of {budget}"), {"budget": usd(company.usd)})
    due = sum(decision.due(facts.today) for decision in facts.decisions)
    of = {"n": met, "count": len(facts.products)}
    return (
        Tile(N_("Likelier than not to meet its bar"), Text(N_("{n} of {count}"), of)),
        Tile(N_("Spent this month"), spent, budget),
        Tile(N_("Expected at its end"), expected),
        Tile(N_("Open assumptions"), str(assumptions), Text(N_("decisions to review: {n}"), {"n": due})),
    )


def _ranking(facts: Facts, register: Register) -> Section:
    columns = (
        Column(N_("Idea")),
        Column(N_("Stage")),
        Column(N_("Ranking")),
        Column(N_("Bar met"), spread=True),
        Column(N_("Cost per 1,000"), spread=True),
        Column(N_("Margin per 1,000"), spread=True),
        Column(N_("Decision")),
    )
    rows = tuple(_ranked(row, register) for row in facts.products)
    marks = tuple(Mark(row.name, _way(row, register), 1.0, 0.0) for row in facts.products)
    way = Ranges(
        N_("Way to its own bar"),
        "share",
        marks,
        Text(NO_IDEAS if not facts.products else N_("Nothing is measured yet.")),
        goal=N_("its bar"),
        floor=N_("naive baseline"),
    )
    worth = tuple(
        Mark(row.name, register.figure(figure, row.name))
        for row in facts.products
        for figure in facts.figures.get(row.id, ())
        if figure.measure == NPV
    )
    value = Ranges(
        N_("Present value of 36 months, US$"),
        "usd",
        worth,
        Text(N_("No idea’s business is simulated yet.")),
    )
    return Section(N_("Ranking"), charts=(way, value), table=Table(columns, rows, Unknown(Text(NO_IDEAS))))


def _ranked(row: ProductRow, register: Register) -> tuple[Part, ...]:
    chance: Part = missing(row, row.bar.measure)
    if row.p_bar_met is not None and row.quality is not None:
        ref = register.figure(row.quality, row.name).ref
        chance = Amount("share", row.p_bar_met, grade=row.quality.grade, ref=ref, chance=True)
    ranks = str(row.rank_low) if row.rank_low == row.rank_high else f"{row.rank_low}–{row.rank_high}"
    return (
        row.name,
        STAGE_NAMES[STAGES.index(row.stage)],
        ranks,
        chance,
        register.measured(row, COST, row.cost_per_1k),
        register.measured(row, MARGIN, row.margin_per_1k),
        verdict(row.verdict) if row.verdict else N_("none yet"),
    )


def _way(row: ProductRow, register: Register) -> Amount | Unknown:
    if row.bar_score is None or row.quality is None:
        part = missing(row, row.bar.measure)
        return part if isinstance(part, Unknown) else Unknown(Text(N_("Nothing is measured yet.")))
    ref = register.figure(row.quality, row.name).ref
    return Amount("share", row.bar_score, row.bar_score_low, row.bar_score_high, row.quality.grade, ref)


def _accuracy(facts: Facts, register: Register) -> Section:
    columns = (
        Column(N_("Idea")),
        Column(N_("Measure")),
        Column(N_("Deciding figure"), spread=True),
        Column(N_("Bar"), spread=True),
        Column(N_("Naive baseline"), spread=True),
        Column(N_("Latency, p95"), spread=True),
    )
    rows = tuple(_accurate(row, register) for row in facts.products)
    return Section(N_("Accuracy against bar"), table=Table(columns, rows, Unknown(Text(NO_IDEAS))))


def _accurate(row: ProductRow, register: Register) -> tuple[Part, ...]:
    found = measure(row.bar.measure)
    baseline = row.quality.baseline if row.quality else None
    return (
        row.name,
        found.title,
        register.measured(row, row.bar.measure, row.quality),
        bar(row),
        None if baseline is None else Amount(found.unit, baseline),
        register.measured(row, "latency.p95_ms", row.latency_p95),
    )


def _forecasts(facts: Facts, register: Register) -> Section:
    waiting = N_("None of the moments that were forecast has come yet.")
    reason = Text(waiting if facts.issued else N_("No forecast was issued yet."))
    columns = (
        Column(N_("Series")),
        Column(N_("Method")),
        Column(N_("Issued")),
        Column(N_("Moments that came")),
        Column(N_("Error against seasonal naive’s"), spread=True),
        Column(N_("Within the 90 % interval"), spread=True),
    )
    rows = tuple(_graded(each, register) for each in facts.graded)
    tracks = tuple(
        Track(each.series, each.ds, each.actual, each.y_hat, each.lo_90, each.hi_90, reason)
        for each in facts.graded[:TRACKS]
    ) or (Track(N_("Forecast and actual"), (), (), (), (), (), reason),)
    return Section(N_("Forecast against actual"), charts=tracks, table=Table(columns, rows) if rows else None)


def _graded(each: Graded, register: Register) -> tuple[Part, ...]:
    source = Text(N_("forecast {id}, {method}"), {"id": each.id, "method": each.method})
    ratio: Part = None
    if each.naive_mae > 0:
        title = Text(N_("Error against seasonal naive’s: {series}"), {"series": each.series})
        amount = Amount("ratio", each.mae / each.naive_mae, grade="measured")
        ratio = register.other(f"f{each.id}", amount, about="", title=title, source=source, at=each.graded_at)
    title = Text(N_("Within the 90 % interval: {series}"), {"series": each.series})
    amount = Amount("share", each.coverage_90, grade="measured")
    covered = register.other(f"f{each.id}c", amount, about="", title=title, source=source, at=each.graded_at)
    return each.series, each.method, each.created_at, each.points, ratio, covered

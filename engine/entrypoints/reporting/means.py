"""The ranking under a founder's means, for the portfolio report."""

from datetime import datetime

from engine.entrypoints.actions.portfolio import Next, Ranked, Ranking
from engine.entrypoints.reporting.register import NOT_SIMULATED, usd
from engine.errors import N_
from engine.portfolio.founder import Founder
from engine.reports.document import Amount, Column, Part, Section, Table, Text, Unknown


def sections(ranking: Ranking, founder: Founder, at: datetime) -> list[Section]:
    """Who is worth most under these means, and what to find out first."""
    said: dict[str, Part] = {"cash": usd(founder.cash_usd), "months": founder.months, "paths": f"{ranking.paths:,}"}
    line = Text(
        N_("With {cash} in hand and {months} months, over {paths} simulated futures that all ideas share."), said
    )
    columns = (
        Column(N_("Idea")),
        Column(N_("Best in"), spread=True),
        Column(N_("Ranking")),
        Column(N_("Risk-adjusted"), spread=True),
        Column(N_("Present value"), spread=True),
        Column(N_("Cash runs out"), spread=True),
    )
    rows = tuple(_ranked(each) for each in ranking.ideas)
    empty = Unknown(Text(N_("No idea is written down yet.")))
    first = (Column(N_("Find out first")), Column(N_("Idea")), Column(N_("Worth up to"), spread=True))
    steps = tuple(_step(each) for each in ranking.next)
    nothing = N_("Nothing that could change the choice is unknown, or no two ideas can be ranked.")
    return [
        Section(N_("Ranking under the founder’s means"), (line,), table=Table(columns, rows, empty)),
        Section(N_("What to find out first"), table=Table(first, steps, nothing)),
    ]


def _ranked(each: Ranked) -> tuple[Part, ...]:
    standing = each.standing
    ranks = f"{standing.rank_low}–{standing.rank_high}" if standing.rank_low < standing.rank_high else None
    rank: Part = ranks or str(standing.rank_low)
    if each.reason is not None or standing.p_best is None or standing.npv_usd is None:
        reason = each.reason
        because = Text(reason.template, dict(reason.values)) if reason else Text(NOT_SIMULATED)
        return each.name, Unknown(because), rank, None, None, None
    best, npv = standing.p_best, standing.npv_usd
    adjusted = standing.risk_adjusted_usd
    return (
        each.name,
        Amount("share", best.value, grade=each.grade, chance=True),
        rank,
        None if adjusted is None else usd(adjusted, grade=each.grade),
        usd(npv.value, npv.low, npv.high, each.grade),
        Amount("share", standing.p_cash_out or 0.0, grade=each.grade, chance=True),
    )


def _step(each: Next) -> tuple[Part, ...]:
    return each.title, each.idea or N_("all ideas"), usd(each.worth_usd, grade=each.grade)

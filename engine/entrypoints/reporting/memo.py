"""The decision memo of one idea: what is known, what it rests on, what is open. One page of paper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from db.shapes import Figure, ProductRow, ProductSheet
from db.views.decisions import LoggedDecision
from db.views.risks import RiskRow
from engine.entrypoints.reporting.register import BREAK_EVEN, Register, missing, name_part, why_of
from engine.errors import N_, Marked
from engine.evidence import GRADES, measure
from engine.reports.document import (
    Amount,
    Check,
    Listed,
    Mark,
    Part,
    Ranges,
    Report,
    Section,
    Text,
    Tile,
    Unknown,
)
from engine.spec import STAGES, VERDICTS
from engine.wording.names import GRADE_NAMES, STAGE_NAMES, VERDICT_NAMES

COST, PRICE = "cost.per_1k_requests_usd", "economics.price_per_1k_usd"
MARGIN = "economics.margin_per_1k_usd"
DECIDING = (
    "latency.p95_ms",
    COST,
    PRICE,
    MARGIN,
    "economics.gross_margin",
    BREAK_EVEN,
    "market.requests_per_month",
    "market.som_usd_per_year",
    "market.growth_per_year",
    "market.attractiveness",
    "market.obligations_open",
    "economics.npv_usd",
    "economics.p_break_even_24m",
    "economics.p_cash_out",
    "economics.ltv_to_cac",
    "economics.p_best",
)
"""What a decision asks for beside the deciding measure, in the order of the memo."""
SURE, LIKELY = 0.975, 0.8
SHOWN = 4
"""Assumptions and risks that the page has room for."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a memo is made of."""

    sheet: ProductSheet
    decisions: Sequence[LoggedDecision]
    """Newest first."""
    risks: Sequence[RiskRow]
    at: datetime


def memo(facts: Facts) -> Report:
    """The memo."""
    sheet, row, register = facts.sheet, facts.sheet.row, Register()
    figures = {figure.measure: figure for figure in sheet.figures}
    found = {key: register.measured(row, key, figures.get(key)) for key in (row.bar.measure, *DECIDING)}
    for figure in sheet.figures:
        register.figure(figure, row.name, main=False)
    sections = [
        Section(N_("Quality against its bar, price against cost"), charts=_charts(row, found)),
        _decision(facts.decisions),
        *_gate(sheet),
        _assumptions(sheet.figures, register, row.name),
        _risks(facts.risks),
        *_unknown(found),
    ]
    stage = STAGE_NAMES[STAGES.index(row.stage)]
    owner = Text(N_("Stage: {stage}. Owner: {owner}."), {"stage": stage, "owner": name_part(row.owner) or None})
    why = Text(
        N_("For: {customer}. Because: {hypothesis}."),
        {"customer": _clause(sheet.customer), "hypothesis": _clause(sheet.hypothesis)},
    )
    return Report(
        "memo",
        f"memo-{row.slug}",
        N_("Decision memo"),
        row.name,
        (owner, why) if sheet.customer and sheet.hypothesis else (owner,),
        tuple(answer(row)),
        _tiles(row, found),
        tuple(sections),
        register.entries,
        facts.at,
    )


def answer(row: ProductRow) -> Iterable[Part]:
    """Quality against the bar, then what the money rests on."""
    figure = row.quality
    if figure is None or row.p_bar_met is None:
        yield Text(N_("Not known yet."))
        yield missing(row, row.bar.measure)
        return
    if row.p_bar_met >= SURE:
        yield Text(N_("Good enough."))
    elif row.p_bar_met <= 1 - SURE:
        yield Text(N_("Not yet."))
    else:
        yield Text(_likely(row.p_bar_met), {"chance": Amount("share", row.p_bar_met, chance=True)})
    bare = Amount(measure(figure.measure).unit, figure.value, figure.low, figure.high)
    said: dict[str, Part] = {"measure": measure(figure.measure).title, "value": bare, "bar": bar(row)}
    yield Text(N_("{measure} is {value}, the bar is {bar}."), said)
    margin = row.margin_per_1k
    if margin is not None and margin.weakest_input is not None:
        weak = {"input": measure(margin.weakest_input).title, "grade": _grade(margin)}
        yield Text(N_("Its margin rests on “{input}”, {grade}."), weak)


def _likely(chance: float) -> str:
    if chance >= LIKELY:
        return N_("Probably: chance {chance} that it meets its bar.")
    if chance <= 1 - LIKELY:
        return N_("Probably not yet: chance {chance} that it meets its bar.")
    return N_("Open: chance {chance} that it meets its bar.")


def _grade(figure: Figure) -> str:
    return GRADE_NAMES[GRADES.index(figure.grade)]


def bar(row: ProductRow) -> Amount:
    """The idea's bar, as it was typed."""
    return Amount(measure(row.bar.measure).unit, row.bar.minimum, typed=True)


def _tiles(row: ProductRow, found: Mapping[str, Part]) -> tuple[Tile, ...]:
    chance: Part = ""
    if row.p_bar_met is not None:
        chance = Text(N_("bar met: {chance}"), {"chance": Amount("share", row.p_bar_met, chance=True)})
    return (
        Tile(measure(row.bar.measure).title, found[row.bar.measure], chance),
        Tile(N_("Cost per 1,000"), found[COST]),
        Tile(N_("Margin per 1,000"), found[MARGIN]),
        Tile(N_("Break-even volume"), found[BREAK_EVEN]),
    )


def _charts(row: ProductRow, found: Mapping[str, Part]) -> tuple[Ranges, ...]:
    key = row.bar.measure
    mark = Mark(measure(key).title, _known(found[key]), row.bar.minimum, row.quality.baseline if row.quality else None)
    money = tuple(Mark(measure(key).title, _known(found[key])) for key in (PRICE, COST))
    return (
        Ranges(
            N_("Quality, 95% interval"),
            measure(key).unit,
            (mark,),
            _reason(found[key]),
            goal=N_("its bar"),
            floor=N_("always the commonest class"),
        ),
        Ranges(N_("Price and cost of 1,000 requests"), "usd", money, _reason(found[COST])),
    )


def _known(part: Part) -> Amount | Unknown:
    return part if isinstance(part, Amount | Unknown) else Unknown(_reason(part))


def _reason(part: Part) -> Text:
    if isinstance(part, Unknown):
        return part.because
    return part if isinstance(part, Text) else Text(N_("Nobody has said it yet."))


def _decision(decisions: Sequence[LoggedDecision]) -> Section:
    title = N_("Decision")
    if not decisions:
        return Section(title, (N_("Nothing decided yet."),), wide=False)
    newest = decisions[0]
    lines: list[Part] = [
        Text(
            N_("{verdict}, since {date}, {author}: “{reason}”"),
            {
                "verdict": verdict(newest.verdict),
                "date": newest.created_at,
                "author": newest.author,
                "reason": newest.reason,
            },
        ),
        Text(
            N_("Figures it rested on: {n}, measured: {measured}."), {"n": newest.figures, "measured": newest.measured}
        ),
    ]
    if newest.expected:
        lines.append(Text(N_("Expected: {what}"), {"what": newest.expected}))
    if newest.review_on:
        lines.append(Text(N_("Review on {date}."), {"date": newest.review_on}))
    return Section(title, tuple(lines), wide=False)


def verdict(name: str) -> str:
    """Its word, to be translated."""
    return VERDICT_NAMES[VERDICTS.index(name)]


def _gate(sheet: ProductSheet) -> list[Section]:
    if not sheet.gates:
        return []
    checks = tuple(Check(Text(gate.template, dict(gate.values)), gate.met) for gate in sheet.gates)
    met = sum(check.met for check in checks)
    stage = STAGE_NAMES[STAGES.index("build")]
    title = Text(N_("Gate to {stage}: {met} of {count}"), {"stage": stage, "met": met, "count": len(checks)})
    return [Section(title, checks=checks, wide=False)]


def _clause(text: str) -> str:
    """What people typed, without its full stop; words of ours lose theirs when they are said."""
    return text if isinstance(text, Marked) else text.rstrip(".。")


def _assumptions(figures: Iterable[Figure], register: Register, name: str) -> Section:
    typed = [figure for figure in figures if figure.grade == "assumed" and figure.source_kind == "person"]
    lines: list[Part] = [assumption(figure, register, name) for figure in typed[:SHOWN]]
    if len(typed) > SHOWN:
        lines.append(Text(N_("Further ones: {n}."), {"n": len(typed) - SHOWN}))
    return Section(N_("Open assumptions"), tuple(lines) or (N_("None: nothing was typed."),), wide=False)


def assumption(figure: Figure, register: Register, name: str) -> Text:
    """A typed figure with who said it and why."""
    said: dict[str, Part] = {
        "measure": measure(figure.measure).title,
        "value": register.figure(figure, name),
        "author": name_part(figure.source),
        "why": why_of(figure),
    }
    return Text(N_("{measure}: {value}, {author}: “{why}”"), said)


def _risks(risks: Sequence[RiskRow]) -> Section:
    open_ones = [risk for risk in risks if not risk.seen.closed]
    if not risks:
        return Section(N_("Risks"), (Unknown(Text(N_("Nobody has written down its risks yet."))),), wide=False)
    lines = [
        Text(
            N_("{risk}: {exposure} of 25. {owner}: {mitigation}"),
            {
                "risk": risk.title,
                "exposure": risk.seen.exposure,
                "owner": risk.seen.owner or N_("nobody"),
                "mitigation": risk.seen.mitigation or N_("nothing is done against it"),
            },
        )
        for risk in open_ones[:SHOWN]
    ]
    return Section(N_("Risks"), tuple(lines) or (N_("All that were written down are closed."),), wide=False)


def _unknown(found: Mapping[str, Part]) -> list[Section]:
    """Missing measures, those with one reason in one line."""
    by_reason: dict[str, list[str]] = {}
    for key, part in found.items():
        if isinstance(part, Unknown):
            by_reason.setdefault(repr(part), []).append(key)
    lines = [_together(keys, found[keys[0]]) for keys in by_reason.values()]
    return [Section(N_("Unknown"), tuple(lines))] if lines else []


def _together(keys: Sequence[str], reason: Part) -> Text:
    names = Listed(tuple(measure(key).title for key in keys))
    return Text(N_("{names}: {reason}."), {"names": names, "reason": reason})

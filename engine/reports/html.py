"""A report as one HTML page that needs nothing from anywhere: no script, no font, no picture is fetched.

Everything is escaped; a content security policy forbids whatever would still be asked for.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path

from engine.errors import Marked
from engine.reports.charts import chart_html
from engine.reports.document import (
    Amount,
    Check,
    Column,
    Entry,
    Listed,
    Part,
    Report,
    Section,
    Table,
    Text,
    Tile,
    Unknown,
)
from engine.reports.writing import DASH, clause, comma, figure, interval, say
from engine.wording import _, formats, language, speaking, translate
from engine.wording.names import MARKS, grade_name

SHORT = 8
"""Characters of a tile's words that are written as large as a figure."""
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def report_html(report: Report, name: str) -> str:
    """The page in a language, a key of `engine.wording.LANGUAGES`."""
    with speaking(name):
        return _page(report)


def _page(report: Report) -> str:
    title = escape(f"{say(report.title)} – {say(report.heading)}")
    head = (
        f'<!doctype html>\n<html lang="{language().replace("_", "-")}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_style()}</style></head>"
    )
    about = "".join(f'<p class="about short">{_html(line)}</p>' for line in report.about)
    lead, *rest = report.lead
    answer = f'<p class="lead"><strong>{_html(lead)}</strong> {" ".join(map(_html, rest))}</p>'
    sections = "".join(_section(section) for section in report.sections)
    return (
        f'{head}\n<body class="{report.kind}"><main><header>'
        f'<p class="kind">{_html(report.heading)} · {_html(report.at)}</p><h1>{_html(report.title)}</h1>'
        f"{about}</header>"
        f'{answer}{_tiles(report.tiles)}<div class="parts">{sections}</div>{_register(report)}{_footer()}'
        "</main></body></html>\n"
    )


@cache
def _style() -> str:
    return Path(__file__).with_name("report.css").read_text(encoding="utf-8")


def _tiles(tiles: Iterable[Tile]) -> str:
    return '<div class="tiles">' + "".join(_tile(tile) for tile in tiles) + "</div>"


def _tile(tile: Tile) -> str:
    figured = isinstance(tile.amount, Amount) or len(say(tile.amount)) <= SHORT
    said = "" if figured else ' class="said"'
    note = _html(tile.note) if tile.note else ""
    if isinstance(tile.amount, Amount):
        note = " · ".join(part for part in (escape(interval(tile.amount)), note) if part)
    value = _linked(tile.amount) if isinstance(tile.amount, Amount) else _html(tile.amount)
    return f'<div class="tile"><b>{_html(tile.label)}</b><strong{said}>{value}</strong><small>{note}</small></div>'


def _section(section: Section) -> str:
    parts = [f"<p>{_html(line)}</p>" for line in section.lines]
    if section.checks:
        parts.append(f'<ul class="checks">{"".join(map(_check, section.checks))}</ul>')
    if section.charts:
        parts.append(f'<div class="charts">{"".join(map(chart_html, section.charts))}</div>')
    if section.table is not None:
        parts.append(_table(section.table))
    wide = ' class="wide"' if section.wide else ""
    return f"<section{wide}><h2>{_html(section.title)}</h2>{''.join(parts)}</section>"


def _check(check: Check) -> str:
    sign, word = ("✓", _("met")) if check.met else ("○", _("open"))
    kind = "met" if check.met else "open"
    return f'<li><span class="{kind}" title="{escape(word)}">{sign}</span>{_html(check.text)}</li>'


def _table(table: Table) -> str:
    if not table.rows:
        return f'<p class="empty">{_html(table.empty)}</p>'
    head = "".join(f"<th{_number(column)}>{escape(_(column.title))}</th>" for column in table.columns)
    rows = "".join(f"<tr>{_row(row, table.columns)}</tr>" for row in table.rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _number(column: Column) -> str:
    return ' class="n"' if column.spread else ""


def _row(row: Sequence[Part], columns: Sequence[Column]) -> str:
    """The cells; neighbours that are unknown for one reason are one cell."""
    cells = []
    for cell, group in groupby(zip(row, columns, strict=True), key=lambda pair: _reason(pair[0])):
        members = list(group)
        if cell is None:
            cells += [f"<td{_number(column)}>{_html(part)}</td>" for part, column in members]
        else:
            cells.append(f'<td colspan="{len(members)}">{_html(members[0][0])}</td>')
    return "".join(cells)


def _reason(part: Part) -> str | None:
    return say(part) if isinstance(part, Unknown) else None


def _html(part: Part) -> str:
    """A part with its link and interval, escaped."""
    if isinstance(part, Unknown):
        return f'<span class="unknown">{escape(say(part))}</span>'
    if isinstance(part, Text):
        inside = {name: _inside(value) for name, value in part.values.items()}
        return escape(_(part.template)).format(**inside) if inside else escape(_(part.template))
    if isinstance(part, Listed):
        return escape(comma()).join(map(_html, part.parts))
    if not isinstance(part, Amount):
        return escape(say(part))
    ends = interval(part)
    return f"{_linked(part)} <small>{escape(ends)}</small>" if ends else _linked(part)


def _inside(part: Part) -> str:
    """A part within a sentence: its interval in brackets."""
    if isinstance(part, Amount) and interval(part):
        return f"{_linked(part)} <small>({escape(interval(part))})</small>"
    return escape(clause(part)) if isinstance(part, Marked) else _html(part)


def _linked(amount: Amount) -> str:
    mark = f"{MARKS[amount.grade]} " if amount.grade else ""
    words = escape(mark + figure(amount)).replace(" ", formats.NBSP)
    title = f' title="{escape(grade_name(amount.grade))}"' if amount.grade else ""
    return f'<a href="#{escape(amount.ref)}"{title}>{words}</a>' if amount.ref else f"<span{title}>{words}</span>"


def _register(report: Report) -> str:
    main = [entry for entry in report.entries if entry.main]
    rest = [entry for entry in report.entries if not entry.main]
    several = len({entry.about for entry in report.entries}) > 1
    parts = []
    if main:
        title = escape(_("Evidence: where every figure comes from"))
        parts.append(f"<section><h2>{title}</h2>{_entries(main, several)}</section>")
    if rest:
        title = escape(translate("Further figures: {n}", n=len(rest)))
        parts.append(f'<details class="folded"><summary>{title}</summary>{_entries(rest, several)}</details>')
    return "".join(parts)


def _entries(entries: Iterable[Entry], several: bool) -> str:
    heads = (_("Measure"), _("Value"), _("Interval"), _("Grade"), _("Source"), _("Date"), _("No."))
    kinds = ["", ' class="n"', ' class="n"', *[""] * 4]
    head = "".join(f"<th{kind}>{escape(name)}</th>" for name, kind in zip(heads, kinds, strict=True))
    rows = "".join(_entry(entry, several) for entry in entries)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _entry(entry: Entry, several: bool) -> str:
    amount = entry.amount
    name = _html(entry.title)
    if several:
        name = escape(_("{idea}: {figure}")).format(idea=escape(entry.about or _("Company")), figure=name)
    grade = f"{MARKS[amount.grade]} {grade_name(amount.grade)}" if amount.grade else DASH
    stale = f' <span class="stale">{escape(_("stale"))}</span>' if entry.stale else ""
    return (
        f'<tr id="{escape(entry.ref)}"><td>{name}</td><td class="n">{escape(figure(amount))}</td>'
        f'<td class="n">{escape(interval(amount) or DASH)}</td><td class="k">{escape(grade)}{stale}</td>'
        f'<td>{_html(entry.source)}</td><td class="k">{_html(entry.at)}</td><td class="k">{escape(entry.ref)}</td></tr>'
    )


def _footer() -> str:
    legend = " · ".join(f"{mark}{formats.NBSP}{escape(grade_name(grade))}" for grade, mark in MARKS.items())
    words = translate(
        "Figures link to where they come from. Intervals hold in 95 of 100 cases, those of simulated futures in 90."
    )
    return f"<footer>{escape(words)} {legend}</footer>"

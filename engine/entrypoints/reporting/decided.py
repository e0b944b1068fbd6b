"""What is decided and what is open, for the portfolio report: assumptions, decisions, risks."""

from collections.abc import Mapping, Sequence
from datetime import date

from db.shapes import Figure, ProductRow
from db.views.decisions import LoggedDecision
from db.views.risks import RiskRow
from engine.entrypoints.reporting.memo import verdict
from engine.entrypoints.reporting.register import Register, name_part, why_of
from engine.errors import N_
from engine.evidence import measure
from engine.portfolio.outcomes import CAME, CAME_NAMES
from engine.reports.document import Column, Part, Section, Table, Text, Unknown


def assumptions(products: Sequence[ProductRow], figures: Mapping[int, Sequence[Figure]], register: Register) -> Section:
    """Every figure that somebody typed and nothing has confirmed."""
    columns = (
        Column(N_("Idea")),
        Column(N_("Measure")),
        Column(N_("Value"), spread=True),
        Column(N_("Who")),
        Column(N_("Why")),
        Column(N_("Since")),
    )
    rows: list[tuple[Part, ...]] = []
    for product in products:
        for figure in figures.get(product.id, ()):
            if figure.grade == "assumed" and figure.source_kind == "person":
                amount = register.figure(figure, product.name)
                said = (name_part(figure.source), why_of(figure), figure.created_at)
                rows.append((product.name, measure(figure.measure).title, amount, *said))
    return Section(N_("Open assumptions"), table=Table(columns, tuple(rows), N_("None: nothing was typed.")))


def decisions(products: Sequence[ProductRow], log: Sequence[LoggedDecision], today: date) -> Section:
    """The decision that stands for each idea; ideas without one are named too."""
    standing = {row.slug: row for row in log if row.stands}
    columns = (
        Column(N_("Idea")),
        Column(N_("Decision")),
        Column(N_("Reason")),
        Column(N_("Decided by")),
        Column(N_("Since")),
        Column(N_("Review")),
        Column(N_("What came")),
    )
    rows = tuple(_decision(product.name, standing.get(product.slug), today) for product in products)
    return Section(N_("Decisions"), table=Table(columns, rows, Text(N_("No idea is written down yet."))))


def _decision(name: str, row: LoggedDecision | None, today: date) -> tuple[Part, ...]:
    if row is None:
        return name, N_("none yet"), None, None, None, None, None
    review: Part = row.review_on
    if row.due(today):
        review = Text(N_("{date}, due"), {"date": row.review_on})
    came: Part = CAME_NAMES[CAME.index(row.outcomes[0].came)] if row.outcomes else None
    return name, verdict(row.verdict), row.reason, row.author, row.created_at, review, came


def risks(rows: Sequence[RiskRow]) -> Section:
    """Open risks, the greatest exposure first."""
    columns = (
        Column(N_("Idea")),
        Column(N_("Risk")),
        Column(N_("Exposure, of 25")),
        Column(N_("Owner")),
        Column(N_("What is done against it")),
        Column(N_("Seen")),
    )
    cells = tuple(
        (
            row.idea,
            row.title,
            row.seen.exposure,
            row.seen.owner or N_("nobody"),
            row.seen.mitigation or N_("nothing is done against it"),
            row.seen.created_at,
        )
        for row in rows
        if not row.seen.closed
    )
    empty: Part = N_("All that were written down are closed.")
    if not rows:
        empty = Unknown(Text(N_("Nobody has written down risks yet.")))
    return Section(N_("Risks"), table=Table(columns, cells, empty))

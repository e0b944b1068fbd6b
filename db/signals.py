"""Documents, signals and what people say of them: append, and read as they stand now."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import (
    DocumentRow,
    Product,
    Run,
    SignalClassifier,
    SignalCorrection,
    SignalLink,
    SignalRow,
    Visit,
)
from engine.errors import N_, UnknownName

MOST = 1_000
"""Signals that a page looks at: those brought last."""
EXCERPT = 280


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a signal: as read with its probability, or as a person said."""

    value: str
    p: float | None
    """None where a person said it."""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An idea that a signal concerns."""

    slug: str
    name: str
    p: float | None
    author: str


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal as it stands now."""

    id: int
    title: str
    excerpt: str
    url: str
    kind: str
    language: str
    published_on: date | None
    created_at: datetime
    author: str
    classifier: str
    novelty: float
    repeats: int
    """Documents that said nearly the same later."""
    fields: Mapping[str, Field]
    links: tuple[Link, ...]

    @property
    def day(self) -> date:
        """When it was published, else when it was brought."""
        return self.published_on or self.created_at.date()

    @property
    def sureness(self) -> float:
        """Of its dimension; 1 where a person said it."""
        told = self.fields["dimension"].p
        return 1.0 if told is None else told

    def value(self, field: str) -> str:
        """What a field says now."""
        return self.fields[field].value


@dataclass(frozen=True, slots=True)
class Mention:
    """One document's share in volume and sentiment; repeats count too."""

    day: date
    dimension: str
    sentiment: str


def signals(session: Session, limit: int = MOST) -> tuple[Signal, ...]:
    """Signals by their day, newest first; what said nearly the same as an earlier one is counted there."""
    query = (
        select(SignalRow, DocumentRow)
        .join(DocumentRow, DocumentRow.id == SignalRow.document_id)
        .where(SignalRow.same_as_id.is_(None))
        .order_by(SignalRow.id.desc())
        .limit(limit)
    )
    rows = session.execute(query).all()
    ids = [row.SignalRow.id for row in rows]
    corrected, linked, repeats = _corrections(session), _links(session), _repeats(session, ids)
    found = [
        _signal(row.SignalRow, row.DocumentRow, corrected, linked.get(row.SignalRow.id, ()), repeats) for row in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.day, one.id), reverse=True))


def _signal(
    row: SignalRow,
    document: DocumentRow,
    corrected: Mapping[tuple[int, str], SignalCorrection],
    links: tuple[Link, ...],
    repeats: Mapping[int, int],
) -> Signal:
    return Signal(
        id=row.id,
        title=document.title,
        excerpt=document.text.removeprefix(document.title).strip()[:EXCERPT],
        url=document.url,
        kind=document.kind,
        language=document.language,
        published_on=document.published_on,
        created_at=row.created_at,
        author=document.author,
        classifier=row.classifier,
        novelty=row.novelty,
        repeats=repeats.get(row.id, 0),
        fields={name: _field(told, corrected.get((row.id, name))) for name, told in row.fields.items()},
        links=links,
    )


def _field(told: Mapping[str, Any], said: SignalCorrection | None) -> Field:
    return Field(said.value, None, said.author) if said else Field(str(told["value"]), float(told["p"]))


def _corrections(session: Session) -> dict[tuple[int, str], SignalCorrection]:
    newest = select(func.max(SignalCorrection.id)).group_by(SignalCorrection.signal_id, SignalCorrection.field)
    found = session.scalars(select(SignalCorrection).where(SignalCorrection.id.in_(newest)))
    return {(row.signal_id, row.field): row for row in found}


def _links(session: Session) -> dict[int, tuple[Link, ...]]:
    newest = select(func.max(SignalLink.id)).group_by(SignalLink.signal_id, SignalLink.product_id)
    query = (
        select(SignalLink, Product.slug, Product.name)
        .join(Product, Product.id == SignalLink.product_id)
        .where(SignalLink.id.in_(newest), SignalLink.linked)
        .order_by(Product.id)
    )
    found: dict[int, tuple[Link, ...]] = {}
    for link, slug, name in session.execute(query):
        found[link.signal_id] = (*found.get(link.signal_id, ()), Link(slug, name, link.p, link.author))
    return found


def _repeats(session: Session, ids: Sequence[int]) -> dict[int, int]:
    query = (
        select(SignalRow.same_as_id, func.count()).where(SignalRow.same_as_id.in_(ids)).group_by(SignalRow.same_as_id)
    )
    return {place: count for place, count in session.execute(query) if place is not None}


def mentions(session: Session, limit: int = 4 * MOST) -> tuple[Mention, ...]:
    """Every document with its dimension and sentiment as they stand now, newest first."""
    query = (
        select(SignalRow, DocumentRow.published_on)
        .join(DocumentRow, DocumentRow.id == SignalRow.document_id)
        .order_by(SignalRow.id.desc())
        .limit(limit)
    )
    corrected = _corrections(session)
    return tuple(
        Mention(
            published or row.created_at.date(),
            *(_field(row.fields[name], corrected.get((row.id, name))).value for name in ("dimension", "sentiment")),
        )
        for row, published in session.execute(query)
    )


def get_signal(session: Session, signal_id: int) -> SignalRow:
    """One signal. Raises UnknownName."""
    found = session.get(SignalRow, signal_id)
    if found is None:
        raise UnknownName(N_("signal"), str(signal_id), _some_ids(session))
    return found


def _some_ids(session: Session) -> list[str]:
    return [str(found) for found in session.scalars(select(SignalRow.id).order_by(SignalRow.id.desc()).limit(10))]


def known_documents(session: Session, hashes: Collection[str]) -> set[str]:
    """Which of these documents are there already."""
    return set(session.scalars(select(DocumentRow.sha256).where(DocumentRow.sha256.in_(list(hashes)))))


def signatures(session: Session, limit: int = MOST) -> list[tuple[int, list[Any]]]:
    """Signatures of the newest signals that were new when they came, oldest first."""
    query = (
        select(SignalRow.id, SignalRow.signature)
        .where(SignalRow.same_as_id.is_(None))
        .order_by(SignalRow.id.desc())
        .limit(limit)
    )
    return [(found.id, found.signature) for found in reversed(session.execute(query).all())]


def add_signal(session: Session, document: DocumentRow, signal: SignalRow) -> SignalRow:
    """Add a document with what was read from it."""
    session.add(document)
    session.flush()
    signal.document_id = document.id
    session.add(signal)
    session.flush()
    return signal


def correct(session: Session, signal_id: int, field: str, value: str, author: str) -> None:
    """Append what a person says."""
    get_signal(session, signal_id)
    session.add(SignalCorrection(signal_id=signal_id, field=field, value=value, author=author))
    session.flush()


def link(
    session: Session, signal_id: int, product_ids: Iterable[tuple[int, float | None]], author: str, *, linked: bool
) -> None:
    """Append links, or that there is none after all."""
    for product_id, p in product_ids:
        session.add(SignalLink(signal_id=signal_id, product_id=product_id, p=p, author=author, linked=linked))
    session.flush()


def labelled_texts(session: Session, language: str) -> list[tuple[str, str, str]]:
    """Title, text and dimension of every signal of a language whose dimension a person gave or confirmed."""
    said = {key[0]: row.value for key, row in _corrections(session).items() if key[1] == "dimension"}
    query = (
        select(SignalRow.id, DocumentRow.title, DocumentRow.text)
        .join(DocumentRow, DocumentRow.id == SignalRow.document_id)
        .where(SignalRow.id.in_(list(said)), DocumentRow.language == language)
        .order_by(SignalRow.id)
    )
    return [(found.title, found.text, said[found.id]) for found in session.execute(query)]


def classifiers(session: Session) -> dict[str, SignalClassifier]:
    """Who reads the dimension now, by language; a language without an entry is read by words."""
    newest = select(func.max(SignalClassifier.id)).group_by(SignalClassifier.language)
    return {
        row.language: row for row in session.scalars(select(SignalClassifier).where(SignalClassifier.id.in_(newest)))
    }


def set_classifier(session: Session, language: str, kind: str, run: Run | None, author: str) -> None:
    """Append who reads from now on."""
    session.add(SignalClassifier(language=language, kind=kind, run_id=run.id if run else None, author=author))
    session.flush()


def last_visit(session: Session, page: str, who: str) -> datetime | None:
    """When somebody looked at a page last."""
    query = select(Visit.created_at).where(Visit.page == page, Visit.who == who).order_by(Visit.id.desc()).limit(1)
    return session.scalars(query).first()


def add_visit(session: Session, page: str, who: str) -> None:
    """Append a look at a page."""
    session.add(Visit(page=page, who=who))
    session.flush()

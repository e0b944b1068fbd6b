"""Signals: bring documents, correct and link what was read, and train what reads them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import signals as stored
from db.base import now
from db.models import Dataset, DocumentRow, Experiment, SignalRow
from db.products import get_product, list_products
from db.runs import get_run
from db.session import in_transaction
from db.shapes import DatasetRow
from engine.data.apart import run_apart
from engine.entrypoints.actions.brought import keep_upload
from engine.entrypoints.actions.checks import LINE_LENGTH, NAME_LENGTH, checked_text
from engine.entrypoints.actions.data import import_data
from engine.entrypoints.actions.versions import append_data
from engine.entrypoints.home import cache_folder, run_folder
from engine.errors import N_, InputError, StateError, UnknownName
from engine.market.child import fit_reader
from engine.market.documents.child import read_and_classify
from engine.market.documents.document import MAX_FILE_BYTES, check_size
from engine.market.documents.read import PASTED
from engine.market.fetch import PUBLIC, fetch
from engine.market.headlines import DIMENSIONS, Language, labelled
from engine.market.linking import links
from engine.market.novelty import SAME, nearest
from engine.market.reading import DIRECTIONS, HORIZONS, IMPACTS, REGIONS, SENTIMENTS, classified_text
from engine.market.vocabulary import LANGUAGES, topics

CHILD = "engine.market.documents.child"
VALUES: Mapping[str, tuple[str, ...]] = {
    "dimension": DIMENSIONS,
    "topic": tuple(topics()),
    "direction": DIRECTIONS,
    "sentiment": SENTIMENTS,
    "region": REGIONS,
    "horizon": HORIZONS,
    "impact": IMPACTS,
}
"""What each field may be corrected to."""
LIGHT_BYTES = 100_000
"""Pasted text below this is read in this process, when words alone read it: it is text already."""
DATA_SOURCE = "signals corrected by hand"
CLASSIFIERS = ("words", "zero_shot", "headlines", "run")


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of what was brought."""

    signals: tuple[int, ...]
    """New ones."""
    repeats: int
    """Documents that say nearly what an earlier one said."""
    known: int
    """Documents that were there already."""


def bring_text(text: str, author: str, title: str = "") -> Brought:
    """Text that somebody pasted; its first line is its title unless one is given. Raises InputError and DataError."""
    head = checked_text(N_("The title"), title, NAME_LENGTH, required=False)
    body = checked_text(N_("The text"), text, MAX_FILE_BYTES)
    return bring_file(PASTED, f"{head}\n{body}".strip().encode(), author)


def bring_url(url: str, author: str) -> Brought:
    """The page or feed at a public address. Raises InputError for one that may not or cannot be read."""
    found = fetch(url, reach=PUBLIC)
    return bring_file(
        found.file_name, found.body, author, url=found.url, content_type=found.content_type, charset=found.charset
    )


def bring_file(
    name: str, content: bytes, author: str, *, url: str = "", content_type: str = "", charset: str | None = None
) -> Brought:
    """A file of text, HTML, PDF, DOCX, RSS or Atom. Raises DataError; what was stored before stays."""
    who = checked_text(N_("Your name"), author, NAME_LENGTH)
    check_size(name, len(content))
    kept = keep_upload(name, content)
    readers = in_transaction(_classifier)
    wishes: dict[str, Any] = {"path": str(kept), "name": name, "year": now().year, "classifier": readers}
    wishes |= {"url": url, "content_type": content_type, "charset": charset}
    light = name == PASTED and len(content) < LIGHT_BYTES and all(told["kind"] == "words" for told in readers.values())
    answer = read_and_classify(**wishes) if light else run_apart("read", wishes, program=CHILD)
    documents = answer["documents"]
    return in_transaction(lambda session: _store(session, documents, who))


def correct_signal(signal_id: int, field: str, value: str, author: str) -> None:
    """Say what a field of a signal is. Raises UnknownName for another field or value."""
    who = checked_text(N_("Your name"), author, NAME_LENGTH)
    if field not in VALUES:
        raise UnknownName(N_("field"), field, list(VALUES))
    if value not in VALUES[field]:
        raise UnknownName(N_("value"), value, list(VALUES[field]))
    in_transaction(lambda session: stored.correct(session, signal_id, field, value, who))


def link_signal(signal_id: int, slug: str, author: str, *, linked: bool = True) -> None:
    """Say that a signal concerns an idea, or that it does not."""
    who = checked_text(N_("Your name"), author, NAME_LENGTH)

    def work(session: Session) -> None:
        stored.get_signal(session, signal_id)
        stored.link(session, signal_id, [(get_product(session, slug).id, None)], who, linked=linked)

    in_transaction(work)


def signals_to_data(language: str, author: str, *, headlines: bool = True) -> tuple[DatasetRow, bool]:
    """A data set of every signal of a language whose dimension a person gave; a further version where there is one.

    With `headlines`, the training part of the labelled headlines stands beside them, so that a first run has enough to
    learn from. Raises StateError when there is nothing to learn, MissingPart without the headlines' carrier.
    """
    checked_text(N_("Your name"), author, NAME_LENGTH)
    if language not in LANGUAGES:
        raise UnknownName(N_("language"), language, list(LANGUAGES))
    said = in_transaction(lambda session: stored.labelled_texts(session, language))
    rows = [(classified_text(title, text), dimension) for title, text, dimension in said]
    if headlines:
        rows += [(row.text, row.dimension) for row in labelled("train", _language(language))]
    if not rows:
        raise StateError(N_("Nobody has corrected or confirmed the dimension of a signal in this language yet."))
    lines = [json.dumps({"text": text, "label": label}, ensure_ascii=False) for text, label in rows]
    path = keep_upload(f"signals-{language}.jsonl", ("\n".join(lines) + "\n").encode())
    before = in_transaction(lambda session: _newest_data(session, language))
    if before is not None:
        return append_data(before, path, replace=True)
    return import_data(path, "text", "label", f"Signals, {language}", "", f"{DATA_SOURCE}, {language}")


def use_classifier(language: str, kind: str, author: str, run_id: str | None = None) -> None:
    """Let words, descriptions, a head fitted on the labelled headlines or a finished run read the dimension of new
    documents. The head is fitted here, in a process of its own, unless it is there: half a minute.

    Raises UnknownName, MissingPart without what the head is fitted on, and StateError for a run that is not complete or
    answers with other classes.
    """
    who = checked_text(N_("Your name"), author, NAME_LENGTH)
    if language not in LANGUAGES:
        raise UnknownName(N_("language"), language, list(LANGUAGES))
    if kind not in CLASSIFIERS:
        raise UnknownName(N_("classifier"), kind, list(CLASSIFIERS))
    if (kind == "run") != (run_id is not None):
        raise InputError(N_("Name a run when a run is to read, and only then."))

    if kind == "headlines":
        fit_reader(cache_folder())

    def work(session: Session) -> None:
        run = get_run(session, run_id) if run_id is not None else None
        if run is not None:
            _check_run(session, run.id, run.state)
        stored.set_classifier(session, language, kind, run, who)

    in_transaction(work)


def usual_reader() -> str:
    """Who reads where nobody chose: the head on the labelled headlines, which reads best, once it was fitted here; else
    counted words."""
    from engine.market.headline_reader import head_file

    return "headlines" if head_file(cache_folder()).exists() else "words"


def visit(page: str, who: str) -> datetime | None:
    """When this person looked at a page before; from now on this is the last time."""
    name = checked_text(N_("Your name"), who, NAME_LENGTH, required=False)

    def work(session: Session) -> datetime | None:
        before = stored.last_visit(session, page, name)
        stored.add_visit(session, page, name)
        return before

    return in_transaction(work)


def _check_run(session: Session, run_id: str, state: str) -> None:
    if state != "complete":
        raise StateError(N_("Run {run} is {state}; only a complete run answers."), run=run_id, state=state)
    experiment = session.get_one(Experiment, get_run(session, run_id).experiment_id)
    dataset = session.get_one(Dataset, experiment.dataset_id)
    if not set(dataset.labels) <= set(DIMENSIONS):
        raise StateError(
            N_("Run {run} answers with {labels}; a reader of signals answers with {known}."),
            run=run_id,
            labels=", ".join(dataset.labels[:6]),
            known=", ".join(DIMENSIONS),
        )


def _classifier(session: Session) -> dict[str, Any]:
    """Who reads each language, as the child is told."""
    found = stored.classifiers(session)
    return {language: _told(found.get(language)) for language in LANGUAGES}


def _told(row: Any) -> dict[str, Any]:
    kind = row.kind if row is not None else usual_reader()
    if kind == "words":
        return {"kind": "words"}
    if kind in ("zero_shot", "headlines"):
        return {"kind": kind, "cache": str(cache_folder())}
    return {"kind": "run", "run": row.run_id, "artifact": str(run_folder(row.run_id) / "artifact")}


def _store(session: Session, documents: list[dict[str, Any]], author: str) -> Brought:
    known = stored.known_documents(session, [found["sha256"] for found in documents])
    before = stored.signatures(session)
    ideas = {product.id: _words(product) for product in list_products(session)}
    added: list[int] = []
    repeats = 0
    for found in documents:
        if found["sha256"] in known:
            continue
        known.add(found["sha256"])
        same, likeness = nearest(found["signature"], before)
        row = stored.add_signal(session, _document(found, author), _signal(found, same, likeness))
        if row.same_as_id is not None:
            repeats += 1
            continue
        before.append((row.id, found["signature"]))
        added.append(row.id)
        text = f"{found['title']}\n{found['text']}"
        stored.link(session, row.id, [(key, p) for key, p in links(text, ideas)], "", linked=True)
    return Brought(tuple(added), repeats, len(documents) - len(added) - repeats)


def _document(found: Mapping[str, Any], author: str) -> DocumentRow:
    return DocumentRow(
        sha256=found["sha256"],
        kind=found["kind"],
        title=found["title"],
        text=found["text"],
        url=found["url"][:LINE_LENGTH],
        published_on=date.fromisoformat(found["published"]) if found["published"] else None,
        language=found["language"],
        cut=found["cut"],
        author=author,
    )


def _signal(found: Mapping[str, Any], same: int | None, likeness: float) -> SignalRow:
    return SignalRow(
        same_as_id=same if likeness >= SAME else None,
        novelty=1 - likeness,
        signature=found["signature"],
        fields=found["fields"],
        classifier=found["classifier"],
    )


def _words(product: Any) -> str:
    return "\n".join((product.name, product.domain, product.customer, product.hypothesis))


def _newest_data(session: Session, language: str) -> int | None:
    query = select(Dataset.id).where(Dataset.source == f"{DATA_SOURCE}, {language}").order_by(Dataset.id.desc())
    return session.scalars(query.limit(1)).first()


def _language(text: str) -> Language:
    return "zh" if text == "zh" else "en"


def file_of(path: Path) -> tuple[str, bytes]:
    """Name and content of a file on this machine. Raises DataError for one that is too large."""
    if not path.is_file():
        raise InputError(N_("There is no file {file}."), file=str(path))
    check_size(path.name, path.stat().st_size)
    return path.name, path.read_bytes()

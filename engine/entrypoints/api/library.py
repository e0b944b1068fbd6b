"""The models of a home folder: found on disk, opened at first use, kept within a memory limit."""

import os
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from engine.entrypoints.api.memory import return_free_memory
from engine.entrypoints.api.schema import RUN_PATTERN
from engine.errors import N_, InputError, ProspectusError, StateError, UnknownName
from engine.inference.batching import Answer, Batch, Batcher
from engine.inference.hosted.account import Account, Charge
from engine.inference.hosted.address import read_key
from engine.inference.hosted.model import RemoteText, close_remote
from engine.inference.manifest import MANIFEST_FILE, Manifest, read_manifest
from engine.inference.removal import removal_of
from engine.inference.runtimes import Predictor, load_predictor

Stamp = tuple[int, int, int]
_NAMED = 20
_ID = re.compile(RUN_PATTERN)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in memory. Closed by the library that owns it."""

    manifest: Manifest
    predictor: Predictor
    batcher: Batcher
    stamp: Stamp
    """Of the manifest file when it was opened: another stamp means another artifact."""


class ModelLibrary:
    """Opens the artifacts under `<home>/runs/<run>/artifact`. All methods may be called from any thread.

    Loaded models together stay within `limit_bytes`, counted by the files they serve from; the one unused for longest
    goes first. A model is opened once, however many ask at the same time. All models compute in turn, each with
    `threads` threads. A model that an API serves is asked where its key is set, up to its recipe's cap in all; what it
    charges goes to `on_charge`.
    """

    def __init__(
        self,
        home: Path,
        *,
        threads: int,
        limit_bytes: int,
        on_batch: Callable[[str, Batch], None],
        on_charge: Callable[[str, Charge], None] = lambda run, charge: None,
    ) -> None:
        self._runs = home / "runs"
        self._cache = home / "cache"
        self._on_charge = on_charge
        self._threads = threads
        self._on_batch = on_batch
        self.limit_bytes = limit_bytes
        self._loaded: OrderedDict[str, Loaded] = OrderedDict()
        self._manifests: dict[str, tuple[Stamp, Manifest]] = {}
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._turn = threading.Lock()
        self._closed = False

    def runs(self) -> list[str]:
        """Ids of the runs that have an artifact, newest name last."""
        if not self._runs.is_dir():
            return []
        return sorted(
            p.parent.parent.name for p in self._runs.glob(f"*/artifact/{MANIFEST_FILE}") if _is_id(p.parts[-3])
        )

    def manifest(self, run: str) -> Manifest:
        """What is known of one run.

        Raises UnknownName, InputError for an id that is none, StateError for a model that was removed to make room,
        or StoredFileError.
        """
        stamp = self._stamp(run)
        with self._lock:
            known = self._manifests.get(run)
        if known and known[0] == stamp:
            return known[1]
        manifest = read_manifest(self._artifact(run))
        with self._lock:
            self._manifests[run] = (stamp, manifest)
        return manifest

    def manifests(self) -> tuple[dict[str, Manifest], dict[str, ProspectusError]]:
        """All runs that can be served, and those that cannot with the reason."""
        found: dict[str, Manifest] = {}
        damaged: dict[str, ProspectusError] = {}
        for run in self.runs():
            try:
                found[run] = self.manifest(run)
            except (UnknownName, StateError):
                continue  # removed since it was listed
            except ProspectusError as error:
                damaged[run] = error
        return found, damaged

    def loaded(self) -> dict[str, int]:
        """Bytes of the models in memory, the one used last being last."""
        with self._lock:
            return {run: model.predictor.bytes for run, model in self._loaded.items()}

    def ready(self, run: str) -> Loaded | None:
        """The model when it is in memory and still the one on disk; never waits."""
        stamp = self._stamp(run)
        with self._lock:
            model = self._loaded.get(run)
            if model is None or model.stamp != stamp:
                return None
            self._loaded.move_to_end(run)
            return model

    def open(self, run: str) -> Loaded:
        """The model, loaded when needed; other models make room.

        Raises UnknownName, StateError when it alone is larger than the limit, StoredFileError, MissingPart.
        """
        with self._opening:
            if self._closed:
                raise StateError(N_("The server is stopping."))
            if model := self.ready(run):
                return model
            stamp, manifest = self._stamp(run), self.manifest(run)
            self._make_room(run, manifest.served_bytes)
            predictor = load_predictor(self._artifact(run), self._threads)
            batcher = self._batcher(run, predictor)
            model = Loaded(manifest, predictor, batcher, stamp)
            with self._lock:
                self._loaded[run] = model
        return_free_memory()
        return model

    def _batcher(self, run: str, predictor: Predictor) -> Batcher:
        """The queue of a model. A remote one computes elsewhere: it takes no turn, and no second of this device."""
        if not isinstance(predictor, RemoteText):
            return Batcher(predictor, on_batch=lambda batch: self._on_batch(run, batch), turn=self._turn)
        read_key(predictor.remote.endpoint.key_variable)
        account = Account(Decimal(str(predictor.remote.cap_usd)), lambda charge: self._on_charge(run, charge))
        predictor.attach(account, self._cache, run=run)

        def waited(batch: Batch) -> None:
            self._on_batch(run, Batch(batch.texts, batch.end, batch.end, 0.0))

        return Batcher(predictor, on_batch=waited)

    def submit_ready(self, run: str, texts: Sequence[str]) -> "tuple[Loaded, Future[Answer]] | None":
        """Queue a request without waiting for anything; None when the model is not in memory."""
        model = self.ready(run)
        if model is None:
            return None
        try:
            return model, model.batcher.submit(texts)
        except StateError:
            return None  # closed just now to make room

    def submit(self, run: str, texts: Sequence[str]) -> "tuple[Loaded, Future[Answer]]":
        """Queue a request, opening the model first, and again if it had to go in between."""
        while True:
            self.open(run)
            if queued := self.submit_ready(run, texts):
                return queued

    def close(self) -> None:
        """Answer what is queued, then drop all models."""
        with self._opening:
            self._closed = True
            for run in list(self.loaded()):
                self._drop(run)

    def _make_room(self, run: str, needed: int) -> None:
        if needed > self.limit_bytes:
            raise StateError(
                N_("Model {run} needs {needed} bytes, more than the {limit} that all models may take."),
                run=run,
                needed=needed,
                limit=self.limit_bytes,
                remedy=N_("Start the model server with a larger --memory-mb."),
            )
        self._drop(run)
        while (used := self.loaded()) and sum(used.values()) + needed > self.limit_bytes:
            self._drop(next(iter(used)))

    def _drop(self, run: str) -> None:
        with self._lock:
            model = self._loaded.pop(run, None)
        if model:
            model.batcher.close()
            close_remote(model.predictor)

    def _artifact(self, run: str) -> Path:
        return self._runs / run / "artifact"

    def _stamp(self, run: str) -> Stamp:
        if not _is_id(run):
            raise InputError(N_("“{run}” is no run id: letters, digits, - and _, at most 64."), run=run[:80])
        try:
            stat = os.stat(f"{self._runs}/{run}/artifact/{MANIFEST_FILE}")  # noqa: PTH116 - twice each request: a third
        except OSError:
            if removal := removal_of(self._runs / run):
                raise removal.error() from None
            raise UnknownName(N_("model"), run, self._named()) from None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    def _named(self) -> list[str]:
        runs = self.runs()
        return [*runs[:_NAMED], f"+{len(runs) - _NAMED}"] if len(runs) > _NAMED else runs or [N_("none yet")]


def _is_id(run: str) -> bool:
    return _ID.fullmatch(run) is not None

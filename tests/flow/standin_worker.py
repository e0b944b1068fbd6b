"""A real worker process whose children are stand-ins and whose patience is short."""

import logging
import sys
from pathlib import Path

from engine.entrypoints.follow import Pace
from engine.entrypoints.worker import Worker

QUICK = Pace(look=0.05, commit=0.2, beat=0.5, orphaned=2.0, stop=1.5, shutdown=1.5)


def command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "tests.flow.standin", str(folder)]


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s")
    worker = Worker(pace=QUICK, command=command, with_parent="--with-parent" in sys.argv)
    worker.obey_signals()
    worker.run()

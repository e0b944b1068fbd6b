"""To work here until runs have ended, for commands that wait."""

import logging
from collections.abc import Sequence

from db.session import in_transaction
from db.views import running
from engine.entrypoints.cli.options import details
from engine.entrypoints.settings import threads

log = logging.getLogger("prospectus")
ENDED = ("complete", "failed", "stopped")


def finish_here(ids: Sequence[str]) -> None:
    """Be the worker of these runs until all have ended; an interruption saves and stops them."""
    from engine.entrypoints import actions
    from engine.entrypoints.worker import Worker

    others = [row.label for row in in_transaction(running)]
    if others:
        log.info("waiting for the device, which works on %s", ", ".join(others))
    worker = Worker(threads=threads(), only=ids)
    worker.obey_signals()
    worker.run(until=lambda: all(detail.row.state in ENDED for detail in details(ids)))
    for detail in details(ids):
        if detail.row.state == "queued":
            actions.stop_run(detail.row.id)

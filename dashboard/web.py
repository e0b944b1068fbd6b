"""`python -m dashboard.web`: Streamlit alone, as the supervisor starts it.

Reads one line from its input before it opens the port: by then the tables are there, and the pages are loaded
meanwhile. When the input ends, the supervisor is gone, and so is this.
"""

import gc
import importlib
import os
import signal
import sys
import threading
from pathlib import Path

from dashboard.memory import be_frugal
from engine.entrypoints.settings import dashboard_port, host

APP = Path(__file__).parent / "app.py"


def _end_with_supervisor() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _load_ahead() -> None:
    """What Streamlit loads with the first table, 0.2 s: here while the first browser still fetches its scripts."""
    importlib.import_module("pandas")


def main() -> int:
    """Serve the dashboard until told to end; the exit code."""
    be_frugal()
    gc.disable()  # nothing that is loaded now is ever garbage: 15 % of the start
    from streamlit.web import bootstrap

    from dashboard.page import pages

    pages()
    gc.freeze()
    gc.enable()
    if not sys.stdin.readline():
        return 0
    threading.Thread(target=_end_with_supervisor, daemon=True).start()
    threading.Thread(target=_load_ahead, daemon=True).start()
    options = {
        "server_port": dashboard_port(),
        "server_address": host(),
        "server_headless": True,
        "logger_level": "warning",
    }
    bootstrap.load_config_options(options)
    bootstrap.run(str(APP), False, [], options)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m dashboard.web`: Streamlit alone, as the supervisor starts it.

Reads one line from its input before it opens the port: by then the tables are there, and the pages are loaded
meanwhile. When the input ends, the supervisor is gone, and so is this.
"""

import os
import signal
import sys
import threading
from pathlib import Path

from engine.entrypoints.settings import dashboard_port, host

APP = Path(__file__).parent / "app.py"


def _end_with_supervisor() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> int:
    """Serve the dashboard until told to end; the exit code."""
    from streamlit.web import bootstrap

    from dashboard.page import pages

    pages()
    if not sys.stdin.readline():
        return 0
    threading.Thread(target=_end_with_supervisor, daemon=True).start()
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

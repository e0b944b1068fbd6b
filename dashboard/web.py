"""`python -m dashboard.web`: Streamlit alone, as the supervisor starts it.

Opens its port at once; a browser spends its first second on Streamlit's scripts anyway. Meanwhile the pages are
loaded, and a line on the input says that the tables are up to date; others say when the sample portfolio is put in.
When the input ends, the supervisor is gone, and so is this.
"""

import gc
import importlib
import os
import signal
import sys
import threading
from pathlib import Path

from dashboard.memory import be_frugal, let_go_of_code
from dashboard.prompt import answer_at_once, no_look_at_the_stack
from dashboard.ready import not_yet, ready, samples_begin, samples_end
from dashboard.together import send_together
from engine.entrypoints.settings import dashboard_port, host

APP = Path(__file__).parent / "app.py"
HEARD = {"go": ready, "samples begin": samples_begin, "samples end": samples_end}
"""What the supervisor says, a line each."""


def _listen_to_supervisor() -> None:
    for line in sys.stdin:
        HEARD[line.strip()]()
    os.kill(os.getpid(), signal.SIGTERM)


def _load_ahead() -> None:
    """Pages, and what the first table, picture and query load: here before the first browser asks for them."""
    from dashboard.components.charts import template
    from dashboard.page import pages
    from dashboard.store import reading

    pages()
    reading.load_ahead()
    importlib.import_module("pandas")
    template.load_ahead()
    gc.collect()
    gc.freeze()
    gc.enable()
    let_go_of_code()


def main() -> int:
    """Serve the dashboard until told to end; the exit code."""
    be_frugal()
    gc.disable()  # nothing that is loaded now is ever garbage: 15 % of the start
    from streamlit.web import bootstrap

    answer_at_once()
    no_look_at_the_stack()
    send_together()
    not_yet()
    threading.Thread(target=_listen_to_supervisor, daemon=True).start()
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

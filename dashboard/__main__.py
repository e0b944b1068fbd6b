"""`python -m dashboard`: the dashboard, one worker and the model server, started together and ended together.

With `--only dashboard` (or worker, or server; may be repeated) the others run elsewhere.

Ends when one of them dies for good. Leaves no process behind, however it ends itself: every part notices.
"""

import argparse
import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Collection
from types import FrameType

from dashboard.parts import DEATHS_TO_GIVE_UP, WITHIN_SECONDS, Part
from engine.entrypoints.settings import PORT, SERVER_PORT, dashboard_port, host, server_port
from engine.errors import N_, InputError, StateError

CLI = (sys.executable, "-m", "engine.entrypoints.cli")
LOOK_SECONDS = 0.2
FIRST_PAGE_SECONDS = 1.5
"""The first page has the processors to itself for this long; then the worker and the model server start."""
GO, SAMPLES_BEGIN, SAMPLES_END = b"go\n", b"samples begin\n", b"samples end\n"
"""What the dashboard is told: the tables are there; the sample portfolio is put in; it is in, or cannot be had."""
USAGE_EXIT = 2
PARTS = ("dashboard", "worker", "server")


def say(text: str) -> None:
    """One line for the person at the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def require_free(port: int, variable: str) -> None:
    """Raise StateError, naming the port and its variable, when another program listens there already."""
    family = socket.AF_INET6 if ":" in host() else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host(), port))
        except OSError as error:
            raise StateError(
                N_("{address}, port {port} cannot be used ({reason}). Set {variable} to a free port."),
                address=host(),
                port=port,
                reason=error.strerror or str(error),
                variable=variable,
            ) from None


class Supervisor:
    """The parts and their life. `run` blocks until a signal or a part that keeps dying ends it.

    `chosen` names those of `PARTS` that run here.
    """

    def __init__(self, chosen: Collection[str] = PARTS) -> None:
        self._chosen = chosen
        self._web = Part(
            N_("dashboard"),
            [sys.executable, "-m", "dashboard.web"],
            5.0,
            quiet=True,
        )
        self._worker = Part(N_("worker"), [*CLI, "worker", "--with-parent"], 30.0)
        self._server = Part(N_("model server"), [*CLI, "serve", "--with-parent"], 10.0)
        self._parts = (self._web, self._worker, self._server)
        self._samples: subprocess.Popen[bytes] | None = None
        self._signals = 0
        self._end = threading.Event()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1
        self._end.set()

    def run(self) -> int:
        """Start everything, stay, end everything; the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            return self._live()
        finally:
            self._end_all()

    def _live(self) -> int:
        if "dashboard" in self._chosen:
            self._web.start()  # loads its pages while the tables are brought up to date
        upgrade = subprocess.run(
            [*CLI, "db", "upgrade"], stdout=subprocess.DEVNULL, start_new_session=True, check=False
        )
        if upgrade.returncode:
            say("The database could not be brought up to date; nothing was started.")
            return 1
        if "dashboard" in self._chosen and not self._open():
            return 1 if self._gave_up() else 0
        if "worker" in self._chosen:
            self._worker.start()
        if "server" in self._chosen:
            self._server.start()
        if "dashboard" in self._chosen:
            self._load_samples()
        while not self._end.wait(LOOK_SECONDS):
            self._tell_of_samples()
            if self._gave_up():
                return 1
        return 0

    def _open(self) -> bool:
        """Let the dashboard draw pages; whether it answers before the end comes."""
        self._web.greeting = SAMPLES_BEGIN + GO
        self._web.tell(self._web.greeting)
        if not self._wait_for_web():
            return False
        say(f"Prospectus is at {self._address()}  (Ctrl-C ends it)")
        self._end.wait(FIRST_PAGE_SECONDS)
        return True

    def _load_samples(self) -> None:
        self._samples = subprocess.Popen(
            [*CLI, "samples", "load", "--json"], stdout=subprocess.PIPE, start_new_session=True
        )
        threading.Thread(target=_tell_samples, args=(self._samples, self._end), daemon=True).start()

    def _tell_of_samples(self) -> None:
        """Once the samples are in, or cannot be had, nothing more comes by itself."""
        if self._samples is not None and self._samples.poll() is not None and self._web.greeting != GO:
            self._web.greeting = GO
            self._web.tell(SAMPLES_END)

    def _address(self) -> str:
        shown = "localhost" if host() in ("127.0.0.1", "::1", "0.0.0.0", "::") else host()  # noqa: S104
        return f"http://{shown}:{dashboard_port()}"

    def _wait_for_web(self) -> bool:
        """Whether the dashboard answers, before the end comes."""
        while not self._end.wait(0.02):
            if self._answers():
                return True
            if self._gave_up():
                return False
        return False

    def _answers(self) -> bool:
        """Whether the dashboard takes requests; asked directly, past any proxy of the environment."""
        local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host(), host())  # noqa: S104  read, not bound
        connection = http.client.HTTPConnection(local, dashboard_port(), timeout=1)
        try:
            connection.request("GET", "/_stcore/health")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _gave_up(self) -> bool:
        """Look after every part; whether one of them is dead for good."""
        for part in self._parts:
            news = part.look()
            if part.gave_up:
                say(f"The {part.name} died {DEATHS_TO_GIVE_UP} times within {WITHIN_SECONDS:.0f} s: everything ends.")
                return True
            if news:
                say(news)
        return False

    def _end_all(self) -> None:
        """End every part in good order, or at once when a second signal comes."""
        self._end.set()
        if self._samples is not None:
            self._samples.terminate()
        for part in self._parts:
            part.ask_to_end()
        started = time.monotonic()
        while any(part.pid for part in self._parts):
            waited = time.monotonic() - started
            for part in self._parts:
                if part.pid and (waited > part.patience_seconds or self._signals > 1):
                    part.wait_until_ended(until=0.0)
            time.sleep(0.05)


def _tell_samples(samples: "subprocess.Popen[bytes]", end: threading.Event) -> None:
    """Say what is measured first, once the sample portfolio is there."""
    output, _ = samples.communicate()
    if end.is_set():
        return
    if samples.returncode:
        say("The sample portfolio was not loaded (the reason stands above). Everything else works without it.")
        return
    loaded = json.loads(output)
    if loaded["loaded"]:
        say(f"It has loaded {loaded['products']} sample ideas and measures them now, {loaded['queued']} runs:")
        for run in loaded["runs"]:
            say(f"  {run}")


def main() -> int:
    """Check what can be checked at once, then run."""
    parser = argparse.ArgumentParser(prog="python -m dashboard", description="Prospectus with all its parts.")
    parser.add_argument("--only", action="append", choices=PARTS, help="Start this part alone. May be repeated.")
    chosen = parser.parse_args().only or PARTS
    try:
        if "dashboard" in chosen:
            require_free(dashboard_port(), PORT)
        if "server" in chosen:
            require_free(server_port(), SERVER_PORT)
        return Supervisor(chosen).run()
    except (InputError, StateError) as error:
        sys.stderr.write(f"{error}\n")
        return USAGE_EXIT


if __name__ == "__main__":
    sys.exit(main())

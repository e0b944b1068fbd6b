"""What the environment decides, beside `DATABASE_URL` (db.session) and `PROSPECTUS_HOME` (home).

Standard library only.
"""

import os

from engine.devices import CHOICES
from engine.errors import N_, InputError

PORT = "PROSPECTUS_PORT"
SERVER_PORT = "PROSPECTUS_SERVER_PORT"
HOST = "PROSPECTUS_HOST"
THREADS = "PROSPECTUS_THREADS"
DEVICE = "PROSPECTUS_DEVICE"
ARTIFACTS = "PROSPECTUS_ARTIFACTS_MB"


def _whole_number(name: str, default: int, low: int, high: int) -> int:
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or not low <= int(text) <= high:
        raise InputError(
            N_("{name} must be a whole number from {low} to {high}, not “{value}”."),
            name=name,
            low=low,
            high=high,
            value=text,
        )
    return int(text)


def dashboard_port() -> int:
    """`PROSPECTUS_PORT`, 8501 unless said."""
    return _whole_number(PORT, 8501, 1, 65535)


def server_port() -> int:
    """`PROSPECTUS_SERVER_PORT`, 8502 unless said."""
    return _whole_number(SERVER_PORT, 8502, 1, 65535)


def host() -> str:
    """`PROSPECTUS_HOST`: the address that both servers listen on; this machine alone unless said."""
    return os.environ.get(HOST, "").strip() or "127.0.0.1"


def threads() -> int:
    """`PROSPECTUS_THREADS` of a run; unless said, all usable processors but the one that keeps pages quick."""
    return _whole_number(THREADS, max(1, usable_processors() - 1), 1, 1024)


def device() -> str:
    """`PROSPECTUS_DEVICE`: auto unless said, cpu to leave GPUs alone, gpu to insist on one."""
    value = os.environ.get(DEVICE, "").strip().lower() or "auto"
    if value not in CHOICES:
        raise InputError(
            N_("{name} must be one of {known}, not “{value}”."), name=DEVICE, known=", ".join(CHOICES), value=value
        )
    return value


def artifacts_mb() -> int:
    """`PROSPECTUS_ARTIFACTS_MB`: what models and checkpoints may take together; 20,000 unless said, 0 for no bound."""
    return _whole_number(ARTIFACTS, 20_000, 0, 10**9)


def usable_processors() -> int:
    """Processors that this program may use, which in a container can be fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

"""A module of this package in a process of its own: solvers' libraries stay out of the dashboard."""

import json
import subprocess
import sys
from typing import Any

from engine.errors import N_, ProspectusError

PATIENCE_SECONDS = 60.0


def ask_child(module: str, told: Any) -> Any:
    """What `python -m module` answers to a JSON document. Raises ProspectusError when it takes too long or breaks."""
    command = [sys.executable, "-m", module]
    try:
        ended = subprocess.run(
            command, input=json.dumps(told), capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise ProspectusError(
            N_("The computation was not done within {seconds} s."), seconds=PATIENCE_SECONDS
        ) from None
    if ended.returncode != 0:
        reason = (ended.stderr.strip().splitlines() or [str(ended.returncode)])[-1]
        raise ProspectusError(N_("The computation broke off: {reason}"), reason=reason)
    return json.loads(ended.stdout)

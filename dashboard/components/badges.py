"""Marks and badges: grade, stage, verdict, run state, stale. Never by colour alone."""

from dashboard import formats
from dashboard.i18n import _
from engine.errors import N_
from engine.evidence import GRADES, Grade
from engine.spec import RUN_STATES, STAGES, VERDICTS, RunState
from engine.wording.names import MARKS, grade_mark, grade_name, stage_name, verdict_name

__all__ = [
    "GRADE_HELP",
    "MARKS",
    "grade_badge",
    "grade_legend",
    "grade_mark",
    "grade_name",
    "stage_badge",
    "stage_name",
    "stale_badge",
    "state_badge",
    "state_name",
    "verdict_badge",
    "verdict_name",
]

GRADE_HELP = (
    N_("Observed by Prospectus itself."),
    N_("A published figure of somebody else, opened and dated."),
    N_("Computed from other evidence."),
    N_("Typed by a person, or from memory."),
)
STATE_NAMES = (N_("queued"), N_("running"), N_("complete"), N_("failed"), N_("stopped"))
_GRADE_COLOURS = ("blue", "violet", "gray", "yellow")
_STAGE_COLOURS = ("gray", "violet", "blue", "green", "gray")
_STATES = (
    ("gray", "schedule"),
    ("blue", "progress_activity"),
    ("green", "check_circle"),
    ("red", "error"),
    ("orange", "stop_circle"),
)
_VERDICTS = (("green", "check_circle"), ("orange", "pause"), ("red", "cancel"))


def grade_badge(grade: Grade) -> str:
    """Markdown badge of a grade."""
    return f":{_GRADE_COLOURS[GRADES.index(grade)]}-badge[{MARKS[grade]} {grade_name(grade)}]"


def grade_legend() -> str:
    """All four marks with their words, for a note line."""
    return " ".join(f"{MARKS[grade]}{formats.NBSP}{grade_name(grade)}" for grade in GRADES)


def stage_badge(stage: str) -> str:
    """Markdown badge of a product's stage."""
    return f":{_STAGE_COLOURS[STAGES.index(stage)]}-badge[{stage_name(stage)}]"


def state_name(state: RunState) -> str:
    """The run state's word in the reader's language."""
    return _(STATE_NAMES[RUN_STATES.index(state)])


def state_badge(state: RunState) -> str:
    """Markdown badge of a run's state."""
    colour, icon = _STATES[RUN_STATES.index(state)]
    return f":{colour}-badge[:material/{icon}: {state_name(state)}]"


def interrupted_badge() -> str:
    """Markdown badge of a run that nobody works on, though it counts as running."""
    return f":orange-badge[:material/engineering: {_('interrupted')}]"


def verdict_badge(verdict: str) -> str:
    """Markdown badge of a decision."""
    colour, icon = _VERDICTS[VERDICTS.index(verdict)]
    return f":{colour}-badge[:material/{icon}: {verdict_name(verdict)}]"


def stale_badge() -> str:
    """Markdown badge of evidence whose inputs changed since it was computed."""
    return f":orange-badge[:material/history: {_('stale')}]"

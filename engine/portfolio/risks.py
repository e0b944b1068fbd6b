"""The risk register: kinds, scales and what is pressing. Likelihood x impact on 1 to 5 each (ISO/IEC 31010, B.10.3)."""

from engine.errors import N_

KINDS = ("data", "talent", "law", "competition", "cost")
LIKELIHOODS = (N_("rare"), N_("unlikely"), N_("possible"), N_("likely"), N_("nearly certain"))
IMPACTS = (N_("hardly felt"), N_("some delay"), N_("costs a quarter"), N_("costs the plan"), N_("ends the idea"))
PRESSING = 12
"""From which likelihood x impact a risk needs an owner and something done against it before money is spent."""


def exposure(likelihood: int, impact: int) -> int:
    """1 to 25."""
    return likelihood * impact


def pressing(likelihood: int, impact: int) -> bool:
    """Whether it may not be left alone."""
    return exposure(likelihood, impact) >= PRESSING

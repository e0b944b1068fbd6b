"""The risk register: kinds, and the words of its scales of 1 to 5."""

from engine.errors import N_

KINDS = ("data", "talent", "law", "competition", "cost")
LIKELIHOODS = (N_("rare"), N_("unlikely"), N_("possible"), N_("likely"), N_("nearly certain"))
IMPACTS = (N_("hardly felt"), N_("some delay"), N_("costs a quarter"), N_("costs the plan"), N_("ends the idea"))

"""Names in the reader's language: grades, stages, verdicts, where a figure comes from, what an error says."""

from collections.abc import Mapping

from engine.errors import N_, Marked, ProspectusError
from engine.evidence import GRADES, Grade
from engine.spec import STAGES, VERDICTS
from engine.wording import _, translate
from engine.wording.notes import note_words

MARKS: dict[Grade, str] = {"measured": "●", "quoted": "◆", "modelled": "○", "assumed": "◊"}
GRADE_NAMES = (N_("measured"), N_("quoted"), N_("modelled"), N_("assumed"))
STAGE_NAMES = (N_("idea"), N_("trial"), N_("build"), N_("live"), N_("stopped"))
VERDICT_NAMES = (N_("Go"), N_("Hold"), N_("Stop"))
DEVICES = {"local_cpu": N_("this machine"), "local_gpu": N_("this machine’s GPU")}
SAMPLE = N_("sample")
"""Who wrote what the sample portfolio brings."""
SOURCES = {
    "engine.costs.serving": N_("serving cost"),
    "engine.costs.carbon": N_("carbon model"),
    "engine.costs.ownership": N_("ownership model"),
    "engine.inference.hosted": N_("price of the API"),
    "db.views.money": N_("ledger"),
    "engine.business.simulate": N_("simulated business"),
    "engine.portfolio.standing": N_("ranking of the ideas"),
    "engine.business.margin": N_("margin model"),
    "engine.market.size": N_("market size model"),
    "engine.market.competition": N_("cards of competitors"),
    "engine.market.obligations": N_("checklist of obligations"),
    "engine.market.attractiveness": N_("attractiveness model"),
}
"""Names of the models that compute evidence, in plain words."""


def grade_mark(grade: Grade) -> str:
    """The sign of a grade: circle made by Prospectus, diamond came from people; filled observed, hollow inferred."""
    return MARKS[grade]


def grade_name(grade: Grade) -> str:
    """The grade's word in the reader's language."""
    return _(GRADE_NAMES[GRADES.index(grade)])


def stage_name(stage: str) -> str:
    """The stage's word in the reader's language."""
    return _(STAGE_NAMES[STAGES.index(stage)])


def verdict_name(verdict: str) -> str:
    """Go, Hold or Stop in the reader's language."""
    return _(VERDICT_NAMES[VERDICTS.index(verdict)])


def source_name(kind: str, source: str, labels: Mapping[str, str] | None = None) -> str:
    """Where a figure comes from, in plain words; `labels` names runs by their id."""
    if kind == "run":
        return (labels or {}).get(source) or translate("run {id}", id=source[:4])
    if kind == "person":
        return translate("typed by {name}", name=person(source))
    if kind == "model":
        return _(SOURCES[source]) if source in SOURCES else note_words(source)
    if kind == "rate":
        device = source.split(",", maxsplit=1)[0]
        return translate("rate of {device}", device=_(DEVICES[device]) if device in DEVICES else device)
    return source


def person(name: str) -> str:
    """Who wrote something; what the sample portfolio brings is said in the reader's language, names stay."""
    return _(SAMPLE) if name == SAMPLE else name


def message(error: ProspectusError) -> str:
    """The error's sentence in the reader's language, as plain text."""
    return filled(error.template, error)


def filled(template: str, error: ProspectusError) -> str:
    """A template of an error with the error's values, ours translated and the others letter for letter."""
    values = {name: _(value) if isinstance(value, Marked) else value for name, value in error.values.items()}
    try:
        return translate(template, **values)
    except (KeyError, IndexError, ValueError):
        return _(template)


def rate_source(source: str) -> str:
    """`key: source` of a rate; what we wrote ourselves in the reader's language."""
    key, colon, said = source.rpartition(": ")
    return f"{key}{colon}{_(said)}"

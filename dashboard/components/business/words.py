"""How the business pages say things: models, inputs, months, verdicts, reasons."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.badges import grade_badge, grade_mark
from dashboard.components.text import note, plain, sentences
from dashboard.i18n import _, translate
from engine import catalog
from engine.business.inputs import CHANNEL_TITLES, INPUTS
from engine.evidence import Grade

if TYPE_CHECKING:
    from dashboard.store.business import Given
    from engine.business.compare import Compared, Finding
    from engine.business.scenario import Scenario
    from engine.business.summary import Outcome, Spread

SHOWN_MISSING = 4
LIKELY, UNLIKELY = 0.75, 0.25


def model_title(name: str) -> str:
    """A business model's name in the reader's language."""
    return _(catalog.pricing_model(name).title)


def figure_title(key: str) -> str:
    """What a reader calls an input, or a setting by `model.setting`."""
    owner, dot, part = key.partition(".")
    if dot and owner in catalog.pricing_models():
        fields = catalog.pricing_model(owner).config.__dataclass_fields__  # type: ignore[attr-defined]
        return _(fields[part].metadata["label"])
    if dot:
        return translate("{channel}: {figure}", channel=_(CHANNEL_TITLES[owner]), figure=_(INPUTS[key].title))
    return _(INPUTS[key].title)


def pair_title(key: str) -> str:
    """The same, a setting with the business model that it is of: unique among all."""
    owner, dot, _part = key.partition(".")
    title = figure_title(key)
    return f"{title}, {model_title(owner)}" if dot and owner in catalog.pricing_models() else title


def grade_of(scenario: "Scenario", key: str) -> Grade:
    """Grade of an input; settings are typed."""
    given = scenario.inputs.get(key)
    return given.grade if given is not None else "assumed"


def marked(scenario: "Scenario", key: str) -> str:
    """A figure's name with the mark of its grade."""
    return f"{figure_title(key)} {grade_mark(grade_of(scenario, key))}"


def missing(keys: Sequence[str]) -> str:
    """Names of empty figures, not more than a reader takes in."""
    names = [f"“{figure_title(key)}”" for key in keys[:SHOWN_MISSING]]
    more = len(keys) - len(names)
    said = _(", ").join(names)
    return translate("{names} and {count} more", names=said, count=more) if more > 0 else said


def month(value: float) -> str:
    """A month of the plan, or never within it."""
    return _("not in 36 months") if math.isinf(value) else translate("month {n}", n=round(value))


def month_short(value: float) -> str:
    """The same in the width of a card on a phone."""
    return translate("month {n}", n=_month(value))


def _month(value: float) -> str:
    return "36+" if math.isinf(value) else str(round(value))


def month_ends(spread: "Spread") -> str:
    """The ends of a month's range."""
    return formats.between(_month(spread.low), _month(spread.high))


def money(usd: float) -> str:
    """US$, or that there is no bound."""
    return _("no bound") if math.isinf(usd) else formats.money(usd)


def verdict(scenario: "Scenario", rows: "Sequence[Compared]", top: "Compared | None") -> str:
    """The page's answer as Markdown."""
    if top is None or top.outcome is None:
        first = next((row.unknown for row in rows if row.unknown is not None), None)
        reason = missing(first.keys) if first is not None else ""
        return f"**{_('Nobody knows yet.')}** {plain(translate('Empty: {names}.', names=reason))}"
    return sentences(_best(top, rows), _cash(top.outcome), grade_badge(top.outcome.grade))


def _best(top: "Compared", rows: "Sequence[Compared]") -> str:
    assert top.outcome is not None
    paid = top.outcome.chances["p_paid_back"]
    values = {"model": model_title(top.model), "n": formats.chance(paid).replace("%", "")}
    lead = _("Probably.") if paid >= LIKELY else _("Hardly any.") if paid <= UNLIKELY else _("Perhaps.")
    known = sum(row.outcome is not None for row in rows)
    if known == 1:
        text = translate(
            "{model}, the only one with prices, pays back within three years in {n} of 100 futures.", **values
        )
    else:
        text = translate("{model} leaves most; it pays back within three years in {n} of 100 futures.", **values)
    return f"**{plain(lead)}** {plain(text)}"


def _cash(outcome: "Outcome") -> str:
    share = outcome.chances.get("p_cash_out")
    if share is None:
        return plain(_("Whether the cash runs out is unknown: the cash in hand is not given."))
    return plain(translate("Cash runs out in {n} of 100.", n=formats.chance(share).replace("%", "")))


def finding(given: "Finding") -> str:
    """What a model suffers from, in the reader's language."""
    values: Mapping[str, Any] = {
        name.removesuffix("_usd"): formats.money(value) if name.endswith("_usd") else _(str(value))
        for name, value in given.values.items()
    }
    return translate(given.template, **values)


def about(idea: str, given: "Given") -> str:
    """Which idea and which scenario of it, as a small note."""
    named = translate("{scenario}, by {author}", scenario=given.name, author=given.author) if given.key else ""
    return note(plain(", ".join(part for part in (idea, named) if part)))

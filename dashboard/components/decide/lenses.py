"""The ideas through other lenses than the headline: RICE, the team's weights, the nine-box, and where they differ."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.bars import Scale, interval_bar, picture
from dashboard.components.table import words_table
from dashboard.components.text import link, note, one_line, plain, roomy, sentences
from dashboard.i18n import _, translate
from engine.errors import N_, Marked
from engine.portfolio.criteria import CRITERIA, title

if TYPE_CHECKING:
    from dashboard.store.plans import Lenses, Ranking, SeenIdea, TeamWeights
    from engine.interval import Interval
    from engine.portfolio.criteria import Weighed
    from engine.portfolio.disagreement import Said

BOXES = ("low", "medium", "high")
BOX_NAMES = (N_("low"), N_("medium"), N_("high"))
TEAM = 64
SHARES = Scale(0.0, 1.0)


def differing(found: "Lenses", ranking: "Ranking") -> str:
    """Whether a lens puts another idea first, and why. Markdown."""
    if found.disagreements:
        return "\n".join(f"- {plain(said(each))}" for each in found.disagreements)
    compared = [_score_count([idea.topsis for idea in found.ideas]), _score_count([idea.rice for idea in found.ideas])]
    if max(compared) < 2 or not any(idea.standing.p_best for idea in ranking.ideas):
        return plain(_("No lens knows enough of two ideas to put one before the other."))
    return plain(_("Every lens that knows enough puts the same idea first as the headline does."))


def _score_count(scores: "Sequence[Interval | None]") -> int:
    return sum(score is not None for score in scores)


def said(words: "Said") -> str:
    """A sentence of the engine in the reader's language. Plain text."""
    values = {name: _(value) if isinstance(value, Marked) else value for name, value in words.values.items()}
    return translate(words.template, **values)


def weights_words(weights: "TeamWeights", stand: "Weighed") -> str:
    """What weighs how much, who said so, and what was left out for want of evidence. Plain text."""
    return sentences(_as_said(weights), *_left_out(stand))


def _left_out(stand: "Weighed") -> list[str]:
    """Criteria that did not count, why, and the weights without them."""
    if not stand.without_evidence and not stand.alike:
        return []
    parts = [
        translate(words, criteria=_titles(names))
        for words, names in (
            (N_("Left out, as fewer than two ideas have evidence of it: {criteria}."), stand.without_evidence),
            (N_("Left out, as all ideas that have evidence of it are alike: {criteria}."), stand.alike),
        )
        if names
    ]
    if not stand.shares:
        return [*parts, _("Nothing is left to weigh by.")]
    return [*parts, translate("The score weighs {weights}.", weights=_weighted(stand.shares))]


def _titles(names: Collection[str]) -> str:
    return _(", ").join(_(title(name)) for name in CRITERIA if name in names)


def _weighted(weights: Mapping[str, float]) -> str:
    parts = [f"{_(title(name))} {formats.percent(weights[name], 0, 1)}" for name in CRITERIA if name in weights]
    return _(", ").join(parts)


def _as_said(weights: "TeamWeights") -> str:
    if weights.created_at is None:
        return _("Nobody has said yet what matters: with weights, the ideas are also ranked by the team’s criteria.")
    parts = _weighted(weights.weights)
    by = translate("{author}, {date}", author=weights.author, date=formats.date(weights.created_at))
    if not weights.pairs:
        return translate("Weights as typed by {by}: {weights}.", by=by, weights=parts)
    return translate(
        "Weights from pairs by {by}, consistency ratio {ratio} of at most 0.1: {weights}.",
        by=by,
        ratio=f"{weights.consistency:.2f}",
        weights=parts,
    )


def lenses_table(found: "Lenses", ranking: "Ranking") -> None:
    """One row an idea, in the headline's order; what is unknown says why."""

    chances = {idea.slug: idea.standing.p_best for idea in ranking.ideas}
    words_table(
        {
            _("Idea"): [f"**{link(idea.name, 'product', idea=idea.slug)}**" for idea in found.ideas],
            one_line(_("Best in")): [_chance(chances[idea.slug]) for idea in found.ideas],
            one_line(_("Team’s weights")): [_team(idea, found) for idea in found.ideas],
            roomy("RICE"): [_rice(idea) for idea in found.ideas],
            roomy(_("Market × feasibility")): [_box(idea) for idea in found.ideas],
        },
        _("Ideas through every lens"),
        deciding=(0, 1, 2),
    )


def _chance(chance: "Interval | None") -> str:
    return _unknown(_("no business")) if chance is None else plain(formats.chance(chance.value))


def _unknown(why: str) -> str:
    return note(plain(translate("unknown: {why}", why=why)))


def _team(idea: "SeenIdea", found: "Lenses") -> str:
    score = idea.topsis
    if found.weights.created_at is None:
        return _unknown(_("no weights"))
    if not found.weighed.shares:
        return _unknown(_("nothing to weigh the ideas by"))
    if score is None:
        return _unknown(_("no evidence of anything that is weighed"))
    lacking = _titles([name for name in found.weighed.shares if idea.cells.get(name) is None])
    words = f"{score.value:.2f}"
    bar = interval_bar(score.value, *_ends(score), "modelled", SHARES, width=TEAM)
    wide = translate("without {what}", what=lacking) if lacking else ""
    return f"{picture(bar, words)}{formats.NBSP}{words}" + (f"  \n{note(plain(wide))}" if wide else "")


def _ends(score: "Interval") -> tuple[float | None, float | None]:
    """Of a score that what is missing leaves open; none of an exact one."""
    return (None, None) if score.low == score.high else (score.low, score.high)


def _rice(idea: "SeenIdea") -> str:
    if idea.rice is not None:
        return one_line(plain(formats.number(idea.rice.value, 1 if idea.rice.value < 100 else 0)))
    typed = "impact" in idea.rice_parts
    if "reach" not in idea.rice_parts:
        return _unknown(_("no customers expected") if typed else _("no customers expected, nothing typed"))
    return _unknown(_("impact, confidence and effort are not typed"))


def _box(idea: "SeenIdea") -> str:
    if idea.box is not None:
        first, second = (_(BOX_NAMES[BOXES.index(level)]) for level in idea.box)
        return one_line(f"{first} × {second}")
    if idea.attractiveness is None and idea.feasibility is None:
        return _unknown(_("the market’s score and the chance to meet the bar are missing"))
    if idea.attractiveness is None:
        return _unknown(_("the market’s score is missing"))
    return _unknown(_("the chance to meet the bar is missing"))


def nine_box_map(found: "Lenses") -> None:
    """Attractiveness of the market downwards from high, feasibility to the right."""
    import streamlit as st

    if not any(idea.box for idea in found.ideas):
        return
    words = sentences(
        _("Downwards: attractiveness of the market, from high to low."),
        _("To the right: feasibility, the chance to meet the bar; thirds of 100."),
    )
    st.markdown(note(plain(words)))
    columns: dict[str, list[str]] = {" ": [f"**{_(BOX_NAMES[BOXES.index(level)])}**" for level in reversed(BOXES)]}
    for level in BOXES:
        columns[_(BOX_NAMES[BOXES.index(level)])] = [_names(found, attractive, level) for attractive in reversed(BOXES)]
    st.table(columns, border="horizontal", hide_header=False, hide_index=True, alt=_("Nine-box of the ideas"))


def _names(found: "Lenses", attractive: str, feasible: str) -> str:
    here = [link(idea.name, "product", idea=idea.slug) for idea in found.ideas if idea.box == (attractive, feasible)]
    return ", ".join(here) or ":gray[·]"

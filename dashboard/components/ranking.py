"""The ranking: each idea with its range of ranks and one probability."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.components.bars import Scale, interval_bar, picture
from dashboard.components.table import words_table
from dashboard.components.text import link, one_line, plain
from dashboard.i18n import _
from engine.evidence import Grade

BAR = 64
"""Width of the bar in px: with it three columns fit a phone."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One idea of the ranking."""

    name: str
    slug: str
    """Of the product, for the link to its page."""
    rank: float | None
    """Its place from 1, or None when nothing is known yet."""
    best: int | None
    worst: int | None
    chance: float | None
    """Probability that the idea meets what the last column names, 0 to 1."""
    grade: Grade
    """Of the weakest figure that the rank rests on."""


def ranking_table(rows: Sequence[Ranked], chance: str, level: str = "95%") -> None:
    """Draw the ranking, best first; `chance` heads the column of probabilities."""
    scale = Scale(1, max(2, len(rows)))
    words_table(
        {
            _("Idea"): [f"**{link(row.name, 'product', idea=row.slug)}**" for row in rows],
            _("Rank, {level}").format(level=level): [_rank(row, scale) for row in rows],
            one_line(chance): ["–" if row.chance is None else plain(resampled(row.chance)) for row in rows],
        },
        _("Ideas by rank, with the range of ranks"),
    )


def resampled(chance: float) -> str:
    """A chance out of resampled rows, which never is a certainty even where every sample agrees."""
    return formats.sampled_chance(chance)


def _rank(row: Ranked, scale: Scale) -> str:
    if row.rank is None or row.best is None or row.worst is None:
        return one_line(_("not measured"))
    words = formats.ranks(row.best, row.worst)
    bar = interval_bar(row.rank, row.best, row.worst, row.grade, scale, width=BAR)
    return f"{picture(bar, words)}{formats.NBSP}{words}"

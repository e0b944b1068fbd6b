"""Guesses which column holds the text and which the label, and says why."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.data.table import Table, spread_sample
from engine.errors import N_, DataError

SAMPLED_ROWS = 2_000
MAX_CLASSES = 1_000
MAX_FURTHER = 20
"""Columns that can be kept beside text and label."""
MAX_FURTHER_CHARS = 200
"""Length of a cell of such a column: they are groups and facts, no second text."""
MAX_PROPOSED_VALUES = 50
"""Different values of a column that is proposed to be kept."""
TEXT_NAMES = re.compile(
    r"text|review|comment|message|body|content|sentence|question|utterance|description|feedback|"
    r"文本|内容|评论|正文|句子|描述|留言|问题|反馈",
    re.IGNORECASE,
)
LABEL_NAMES = re.compile(
    r"label|class|categor|sentiment|target|intent|topic|rating|recommend|polarity|^y$|"
    r"标签|类别|分类|情感|意图|主题|评分",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a column was proposed: a template and its values, for translation."""

    template: str
    values: dict[str, Any]

    def __str__(self) -> str:
        return self.template.format(**self.values)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The columns that look like text and label. A person confirms or changes them."""

    text: str
    label: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Figures:
    name: str
    mean_chars: float
    filled: int
    different: int
    rows: int

    @property
    def text_score(self) -> float:
        """Long and varied beats short and repeated; a telling name counts as much as 60 more characters."""
        return (
            (min(self.mean_chars, 300) + 60 * bool(TEXT_NAMES.search(self.name))) * self.different / max(self.filled, 1)
        )

    @property
    def label_score(self) -> float:
        """Few values that return often; short ones; a telling name counts most."""
        if not 2 <= self.different <= min(MAX_CLASSES, max(2, self.filled // 2)):
            return 0.0
        returns = 1 - self.different / self.filled
        return returns + 1.5 * bool(LABEL_NAMES.search(self.name)) + 0.5 * (self.mean_chars < 25)


def propose_columns(table: Table) -> Proposal:
    """Choose the likeliest text and label columns from up to 2,000 rows spread over the file.

    Raises DataError when the file has fewer than two columns.
    """
    if len(table.columns) < 2:
        raise DataError(
            N_("A text and a label are needed, but the file has one column: {known}."),
            known=", ".join(table.columns),
            remedy=N_("Check the delimiter, or add a column with the label of each text."),
        )
    figures = [_figures(name, cells) for name, cells in table.columns.items()]
    text = max(figures, key=lambda f: f.text_score)
    label = max((f for f in figures if f is not text), key=lambda f: (f.label_score, -f.different))
    return Proposal(text.name, label.name, (_why_text(text), _why_label(label)))


def propose_further(table: Table, text: str, label: str) -> tuple[str, ...]:
    """Columns worth keeping beside text and label: up to 20, of few short values that return, in file order."""
    others = {name: cells for name, cells in table.columns.items() if name not in (text, label)}
    return tuple(name for name, cells in others.items() if _is_group(cells))[:MAX_FURTHER]


def _is_group(cells: Sequence[str]) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    values = set(filled)
    return 2 <= len(values) <= min(MAX_PROPOSED_VALUES, len(filled) // 2) and max(map(len, values)) <= MAX_FURTHER_CHARS


def check_further(table: Table, names: Sequence[str], text: str, label: str) -> None:
    """Raise DataError unless these columns can be kept: known, different, not text or label, few, short cells."""
    if len(names) > MAX_FURTHER:
        raise DataError(
            N_("At most {limit} further columns can be kept, not {count}."), limit=MAX_FURTHER, count=len(names)
        )
    for name in names:
        if name in (text, label) or list(names).count(name) > 1:
            raise DataError(N_("“{name}” cannot be kept as a further column: it is used already."), name=name)
        longest = max(range(table.rows), key=lambda place: len(table.column(name)[place].strip()))
        found = len(table.column(name)[longest].strip())
        if found > MAX_FURTHER_CHARS:
            raise DataError(
                N_("“{name}” cannot be kept: line {line} has {found} characters; at most {limit} are possible."),
                name=name,
                line=table.lines[longest],
                found=found,
                limit=MAX_FURTHER_CHARS,
                remedy=N_("Leave the column out, or shorten its cells."),
            )


def _figures(name: str, cells: Sequence[str]) -> _Figures:
    sample = spread_sample(cells, SAMPLED_ROWS)
    filled = [cell for cell in sample if cell.strip()]
    mean = sum(map(len, filled)) / max(len(filled), 1)
    return _Figures(name, mean, len(filled), len(set(filled)), len(sample))


def _why_text(found: _Figures) -> Reason:
    return Reason(
        N_("“{column}” looks like the text: {chars} characters on average, {share} % of its cells are different."),
        {"column": found.name, "chars": round(found.mean_chars), "share": _percent(found.different, found.filled)},
    )


def _why_label(found: _Figures) -> Reason:
    if found.label_score == 0:
        return Reason(
            N_("No column looks like a label; the nearest is “{column}”: {different} values in {rows} rows."),
            {"column": found.name, "different": found.different, "rows": found.filled},
        )
    return Reason(
        N_("“{column}” looks like the label: {different} values that return in {rows} rows."),
        {"column": found.name, "different": found.different, "rows": found.filled},
    )


def _percent(part: int, whole: int) -> int:
    return round(100 * part / max(whole, 1))

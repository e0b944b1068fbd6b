"""The list of data sets, and what it amounts to."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.components.ink import on_phone
from dashboard.components.profile import language_name
from dashboard.components.table import words_table
from dashboard.components.text import link, listed, note, one_line, plain
from dashboard.i18n import _, _n


@dataclass(frozen=True, slots=True)
class Listed:
    """One data set of the list."""

    id: int
    name: str
    rows: int
    """Used, over all splits."""
    classes: int
    language: str
    kind: str
    """text or image."""
    licence: str
    ideas: str
    """Links, Markdown."""


def summary(sets: Sequence[Listed]) -> str:
    """How many there are and how much they hold. Markdown."""
    if not sets:
        return _("Nothing yet. A table with one text and one label a row is enough to begin.")
    said = _n("{n} data set with {rows} labelled examples", "{n} data sets with {rows} labelled examples", len(sets))
    rows = formats.number(sum(one.rows for one in sets))
    return f"**{said.format(n=len(sets), rows=rows)}**{_(', cleaned of duplicates and split for training and test.')}"


def _reads(one: Listed) -> str:
    """What a model on it reads: pictures, or texts of a language."""
    return _("pictures") if one.kind == "image" else plain(language_name(one.language))


def dataset_table(sets: Sequence[Listed]) -> None:
    """Draw the list, each name a link to its profile."""
    words_table(_narrow(sets) if on_phone() else _wide(sets), _("Data sets, newest first"))


def _wide(sets: Sequence[Listed]) -> dict[str, list[str]]:
    return {
        one_line(_("Data set")): [one_line(_named(one)) for one in sets],
        one_line(_("Rows")): [formats.number(one.rows) for one in sets],
        one_line(_("Classes")): [formats.number(one.classes) for one in sets],
        one_line(_("Reads")): [one_line(_reads(one)) for one in sets],
        one_line(_("Licence")): [one_line(_licence(one)) for one in sets],
        one_line(_("For the idea")): [one_line(one.ideas) for one in sets],
    }


def _narrow(sets: Sequence[Listed]) -> dict[str, list[str]]:
    """For a phone, whose width has no room for six columns: what one reads, and its licence, under its name."""
    about = [note(listed((_reads(one), _licence(one)))) for one in sets]
    return {
        one_line(_("Data set")): [f"{_named(one)}  \n{said}" for one, said in zip(sets, about, strict=True)],
        one_line(_("Rows")): [formats.number(one.rows) for one in sets],
        one_line(_("Classes")): [formats.number(one.classes) for one in sets],
    }


def _named(one: Listed) -> str:
    return f"**{link(one.name, 'data', set=one.id)}**"


def _licence(one: Listed) -> str:
    return plain(one.licence, 40) or _("not said")

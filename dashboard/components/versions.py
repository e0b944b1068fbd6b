"""Versions of a data set: where each comes from, what differs, and the way to bring more rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.errors import shown
from dashboard.components.head import section_bar
from dashboard.components.text import ended, link, listed, note, one_line, plain
from dashboard.components.upload import ENDINGS
from dashboard.i18n import _, _n, translate
from engine.errors import N_

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from engine.data.difference import ChangedRow, Difference

CHANGE_NAMES = {
    "": N_("imported"),
    "labels": N_("labels given"),
    "mask": N_("personal data masked"),
    "append": N_("rows added"),
    "replace": N_("file replaced"),
}
KIND_NAMES = {
    "added": N_("added"),
    "removed": N_("removed"),
    "relabelled": N_("relabelled"),
    "reworded": N_("reworded"),
}
MOST_EXAMPLES = 10
MOST_CLASSES = 12
TABLE_ENDINGS = [ending for ending in ENDINGS if ending != "zip"]


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of the list."""

    id: int
    name: str
    parent_id: int | None
    change: str
    rows: int
    """Used, over all splits."""
    added: str


def family(rows: Sequence[VersionRow], chosen: int) -> list[VersionRow]:
    """The rows that were made of the same first one as the chosen, oldest first."""
    parents = {row.id: row.parent_id for row in rows}
    root = _root(parents, chosen)
    return sorted((row for row in rows if _root(parents, row.id) == root), key=lambda row: row.id)


def _root(parents: Mapping[int, int | None], dataset_id: int) -> int:
    while (parent := parents.get(dataset_id)) is not None:
        dataset_id = parent
    return dataset_id


def versions_part(
    versions: Sequence[VersionRow],
    chosen: int,
    compare: Callable[[int, int], "Difference"],
    bring: Callable[[str, bytes, bool], None] | None,
    key: str,
) -> None:
    """Draw the list and the difference; `bring` takes a file's name and content and whether it replaces the rows."""
    import streamlit as st

    place = section_bar(_("Versions"), control=True)
    if bring is not None:
        _bring_button(place, bring, key)
    if len(versions) == 1:
        st.markdown(note(_("This is the only one. Labels, masks and further rows make a new version; this one stays.")))
        return
    names = {row.id: row.name for row in versions}
    st.table(
        {
            _("Version"): [_linked(row, chosen) for row in versions],
            _("By"): [one_line(plain(_(CHANGE_NAMES.get(row.change, row.change)))) for row in versions],
            _("Made from"): [one_line(plain(names.get(row.parent_id or 0, "–"), 40)) for row in versions],
            _("Rows"): [formats.number(row.rows) for row in versions],
            _("Added"): [one_line(plain(row.added)) for row in versions],
        },
        border="horizontal",
        hide_index=True,
        alt=_("Versions of this data set, oldest first"),
    )
    others = [row.id for row in versions if row.id != chosen]
    own = next(row for row in versions if row.id == chosen)
    with_id = st.selectbox(
        _("What differs from"),
        others,
        index=others.index(own.parent_id) if own.parent_id in others else 0,
        format_func=lambda known: names[known],
        key=f"{key}_with",
        width=320,
    )
    with shown():
        draw_difference(compare(with_id, chosen))


def _linked(row: VersionRow, chosen: int) -> str:
    return one_line(f"**{plain(row.name, 60)}**" if row.id == chosen else link(row.name, "data", set=row.id))


def _bring_button(place: "DeltaGenerator", bring: Callable[[str, bytes, bool], None], key: str) -> None:
    import streamlit as st

    with (
        place.popover(_("Add rows"), icon=":material/playlist_add:", key=f"{key}_more"),
        st.form(f"{key}_form", border=False),
    ):
        file = st.file_uploader(_("A table with the same columns"), type=TABLE_ENDINGS, key=f"{key}_file")
        replaces = st.checkbox(_("It takes the place of the old rows"), key=f"{key}_replaces")
        st.markdown(note(_("No row that stays changes its split; new rows are split by the same rule.")))
        if st.form_submit_button(_("Make the version"), type="primary", key=f"{key}_make") and file is not None:
            bring(file.name, file.getvalue(), replaces)


def draw_difference(found: "Difference") -> None:
    """Draw what differs: counts, classes, and a few rows."""
    import streamlit as st

    st.markdown(sentence(found))
    changed = {label: pair for label, pair in found.classes.items() if pair[0] != pair[1]}
    if changed:
        st.markdown(note(plain(_balance(changed))))
    rows = [row for kind in KIND_NAMES for row in found.examples if row.change == kind]
    if rows:
        _rows(_spread(rows))


def sentence(found: "Difference") -> str:
    """How many rows came, went and changed. Markdown."""
    if found.equal:
        return _("**The labelled rows are the same.**")
    counts = found.counts
    parts = [
        _n("{n} row added", "{n} rows added", counts["added"]).format(n=formats.number(counts["added"])),
        translate("{n} removed", n=formats.number(counts["removed"])),
        translate("{n} relabelled", n=formats.number(counts["relabelled"])),
        translate("{n} reworded", n=formats.number(counts["reworded"])),
    ]
    return f"**{ended(listed(parts))}**"


def _balance(changed: Mapping[str, tuple[int, int]]) -> str:
    parts = [
        f"{label} {formats.number(before)} → {formats.number(after)}"
        for label, (before, after) in list(changed.items())[:MOST_CLASSES]
    ]
    more = " …" if len(changed) > MOST_CLASSES else ""
    return translate("Rows of each class: {parts}.", parts=listed(parts) + more)


def _spread(rows: Sequence["ChangedRow"]) -> list["ChangedRow"]:
    """A few of each kind, at most ten in all."""
    kinds = dict.fromkeys(row.change for row in rows)
    each = max(1, MOST_EXAMPLES // len(kinds))
    return [row for kind in kinds for row in [r for r in rows if r.change == kind][:each]]


def _rows(rows: Sequence["ChangedRow"]) -> None:
    import streamlit as st

    st.table(
        {
            _("Change"): [one_line(_(KIND_NAMES[row.change])) for row in rows],
            _("Row"): [str(row.row) for row in rows],
            _("Label"): [
                plain(" → ".join(dict.fromkeys(filter(None, (row.label_before, row.label_after)))), 60) for row in rows
            ],
            _("Text"): [_reworded(row) for row in rows],
        },
        border="horizontal",
        hide_index=True,
        alt=_("Some of the rows that differ"),
    )


def _reworded(row: "ChangedRow") -> str:
    if row.change == "reworded":
        return f"{plain(row.before, 90)} → {plain(row.after, 90)}"
    return plain(row.after or row.before, 140)

"""The rows that runs answer differently, with what each said and how sure it was."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard import evaluations, formats, pictures
from dashboard.components.address import kept_segments
from dashboard.components.errors import shown
from dashboard.components.head import section_bar
from dashboard.components.kpis import Kpi, kpi_row
from dashboard.components.text import note, one_line, plain
from dashboard.i18n import _, translate
from engine.errors import N_

if TYPE_CHECKING:
    from dashboard.evaluations import Differing, DifferingRow

KINDS = {
    "any": N_("All"),
    "first_alone": N_("Only the first is right"),
    "others_alone": N_("Only the first is wrong"),
    "all_wrong": N_("All are wrong"),
}
PAIR_KINDS = {"first_alone": N_("The first is right"), "others_alone": N_("The first is wrong")}
ROWS = 10
"""Shown at once."""
LONGEST_TEXT = 400
PICTURE_WIDTH = 112


def disagreement(run_ids: tuple[str, ...], names: Sequence[str]) -> None:
    """Draw how right and wrong are shared out, and the rows of the chosen kind; `names` are the runs' labels."""
    import streamlit as st

    titles = KINDS | (PAIR_KINDS if len(run_ids) == 2 else {})
    place = section_bar(_("Where they differ"), control=True)
    kind = kept_segments("kind", list(titles), lambda key: _(titles[key]), _("Rows"), place)
    key = f"differing_{kind}_{'_'.join(run_ids)}"
    page = int(st.session_state.get(key, 1))
    found = evaluations.differing_rows(run_ids, kind, ROWS * (page - 1), ROWS)
    st.markdown(shared_sentence(found, names))
    shared_out(found, names)
    if not found.rows:
        st.markdown(note(_("No such row.")))
        return
    if isinstance(found.rows[0].input, Path):
        _pictures(found.rows, names)
    else:
        _texts(found.rows, names)
    if found.total > ROWS:
        st.pagination(-(-found.total // ROWS), key=key)
    st.markdown(note(plain(_("First the rows on which the runs are surest of different answers. ✓ right, ✗ wrong."))))


def shared_sentence(found: "Differing", names: Sequence[str]) -> str:
    """How often the runs differ. Markdown."""
    shared = found.shared
    share = formats.percent(shared.differ / shared.n)
    said = translate(
        "They answer {differ} of {rows} validation rows differently ({share}).",
        differ=formats.number(shared.differ),
        rows=formats.number(shared.n),
        share=share,
    )
    more = translate("{run} is the first.", run=names[0]) if len(names) > 1 else ""
    return f"**{plain(said)}** {plain(more)}"


def shared_out(found: "Differing", names: Sequence[str]) -> None:
    """All right, none right, and what separates the first from the others."""
    shared = found.shared
    first = names[0]
    kpi_row(
        [
            _kpi(_("All are right"), shared.all_right, shared.n, _("Rows that every run has right.")),
            _kpi(_("All are wrong"), shared.all_wrong, shared.n, _("Another model of this kind would hardly help.")),
            _kpi(
                _("Only the first"),
                shared.first_alone,
                shared.n,
                translate("Rows that {run} has right and no other.", run=plain(first)),
            ),
            _kpi(
                _("All but the first"),
                shared.others_alone,
                shared.n,
                translate("Rows that {run} alone has wrong.", run=plain(first)),
            ),
        ]
    )


def _kpi(label: str, count: int, rows: int, help: str) -> Kpi:
    return Kpi(label, formats.number(count), "measured", formats.percent(count / rows), help)


def _texts(rows: "Sequence[DifferingRow]", names: Sequence[str]) -> None:
    import streamlit as st

    columns = {
        one_line(_("Text")): [_text(row) for row in rows],
        one_line(_("It was")): [plain(row.true, 40) for row in rows],
        one_line(_("The runs said")): ["  \n".join(answer_lines(row, names)) for row in rows],
    }
    st.table(columns, border="horizontal", hide_index=True, alt=_("Rows that the runs answer differently"))


def _text(row: "DifferingRow") -> str:
    if row.input is None:
        return f":gray[{_('The row is no longer in the data set.')}]"
    return plain(row.input, LONGEST_TEXT)


def _pictures(rows: "Sequence[DifferingRow]", names: Sequence[str]) -> None:
    import streamlit as st

    grid = st.grid(4, min_column_width=150)
    for row in rows:
        card = grid.container(border=True)
        with shown():
            small = pictures.thumbnail(row.input)
            card.image(small, width=PICTURE_WIDTH, alt=translate("Row {row}", row=row.row))
        lines = [translate("It was {label}.", label=plain(row.true, 40)), *answer_lines(row, names)]
        card.markdown("  \n".join(lines))


def answer_lines(row: "DifferingRow", names: Sequence[str]) -> list[str]:
    """`✓ positive: lora-dcea 96%`, an answer a line, the right one first, then by how many gave it. Markdown."""
    by_answer: dict[str, list[str]] = {}
    for name, answer, p in zip(names, row.answers, row.probabilities, strict=True):
        by_answer.setdefault(answer, []).append(f"{plain(name)} {plain(formats.chance(p))}")
    order = sorted(by_answer, key=lambda answer: (answer != row.true, -len(by_answer[answer])))
    marks = {True: ":green[✓]", False: ":red[✗]"}
    return [f"{marks[a == row.true]} **{plain(a, 40)}** :gray[{', '.join(by_answer[a])}]" for a in order]

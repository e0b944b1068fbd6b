"""Which run an idea stands on: the finished runs, best by validation, and the form that adopts one."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.author import author_field
from dashboard.components.bars import interval_bar, picture, scale_over
from dashboard.components.errors import show_error, shown
from dashboard.components.table import words_table
from dashboard.components.text import link, note, one_line, plain
from dashboard.i18n import _, translate
from engine.errors import N_, InputError
from engine.evidence import measure

if TYPE_CHECKING:
    from dashboard.store import ProductSheet, RunRow

SHOWN = 6


def candidates_table(sheet: "ProductSheet") -> None:
    """The best finished runs by the deciding measure on validation, at most `SHOWN`; the adopted one is marked."""
    key = sheet.row.bar.measure
    rows = [row for row in sheet.candidates if key in row.validation][:SHOWN]
    scores = [row.validation[key] for row in rows]
    scale = scale_over([x for s in scores for x in (s.value, s.low, s.high, sheet.row.bar.minimum)])
    bars = [interval_bar(s.value, s.low, s.high, "measured", scale, tick=sheet.row.bar.minimum) for s in scores]
    words = [formats.interval(key, s.low, s.high) for s in scores]
    words_table(
        {
            _("Run"): [_named(row) for row in rows],
            one_line(_(measure(key).title)): [
                f"**{plain(formats.value(key, s.value, s.low, s.high))}**" for s in scores
            ],
            one_line(_("Validation, 95%")): [
                f"{picture(bar, w)} {plain(w)}" for bar, w in zip(bars, words, strict=True)
            ],
            _("p95"): [_p95(row) for row in rows],
            _("Training"): [one_line(plain(formats.money(float(row.cost_usd)))) for row in rows],
        },
        _("Finished runs, best by validation first"),
        deciding=(0, 1, 2),
    )


def _named(row: "RunRow") -> str:
    adopted = f" :green-badge[:material/verified: {_('adopted')}]" if row.adopted else ""
    return f"{one_line(link(row.label, 'runs', run=row.id))}{adopted}"


def _p95(row: "RunRow") -> str:
    score = row.latency.get("latency.p95_ms")
    return "–" if score is None else one_line(plain(formats.milliseconds(score.value, score.low, score.high)))


def adopt_form(sheet: "ProductSheet", adopt: Callable[[str, str], None], key: str) -> None:
    """Draw the choice of a run and the button; `adopt` gets the run and who adopts it."""
    import streamlit as st

    rows = {row.id: row for row in sheet.candidates if row.id != sheet.adopted_run_id}
    if not rows:
        return
    with st.form(f"{key}_adopt", border=False, enter_to_submit=False):
        one, two, three = st.columns([2, 2, 1], vertical_alignment="bottom")
        run = one.selectbox(_("Stand on"), list(rows), format_func=lambda known: rows[known].label, key=f"{key}_run")
        with two:
            author = author_field(f"{key}_adopter")
        pressed = three.form_submit_button(_("Adopt"), icon=":material/verified:", key=f"{key}_go", width="stretch")
        st.markdown(note(_("Adopting shows the run’s test figures, once and for good, and the log says so.")))
    if pressed and not author:
        show_error(InputError(N_("Adopting a run needs your name.")))
    elif pressed:
        with shown():
            adopt(run, author)
            st.rerun()


def stands_on(sheet: "ProductSheet") -> str:
    """Which run is adopted, in a sentence."""
    adopted = next((row for row in sheet.candidates if row.id == sheet.adopted_run_id), None)
    if adopted is not None:
        return translate("It stands on {run}: the figures above are of its test rows.", run=adopted.label)
    if sheet.candidates:
        return _("No run is adopted yet: the figures above are of the best run on validation.")
    return _("No run of this idea has finished yet.")

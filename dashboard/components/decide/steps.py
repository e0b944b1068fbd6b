"""The board over steps: need, data, train, deploy, operate, and what each idea still lacks."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard.components.badges import verdict_badge
from dashboard.components.table import words_table
from dashboard.components.text import link, note, one_line, plain, sentences
from dashboard.i18n import _, _n, translate
from engine.errors import N_

if TYPE_CHECKING:
    from dashboard.store.decisions import Placed

STEP_NAMES = {
    "need": N_("Need"),
    "data": N_("Data"),
    "train": N_("Train"),
    "deploy": N_("Deploy"),
    "operate": N_("Operate"),
}
CARDS = 6
"""Ideas of a column that are drawn; the table below has them all."""


def board_columns(placed: Sequence["Placed"]) -> None:
    """One column a step; a card says what the idea lacks there."""
    import streamlit as st

    going = [row for row in placed if row.stage != "stopped"]
    for place, (step, name) in zip(st.columns(len(STEP_NAMES), gap="small"), STEP_NAMES.items(), strict=True):
        here = [row for row in going if row.step == step]
        with place:
            st.markdown(f"**{_(name)}** :gray[{len(here)}]")
            for row in here[:CARDS]:
                _card(row)
            if len(here) > CARDS:
                more = _n("and {n} more", "and {n} more", len(here) - CARDS).format(n=len(here) - CARDS)
                st.markdown(note(plain(more)))
            if not here:
                st.markdown(note("–"))
    stopped = [link(row.name, "product", idea=row.slug) for row in placed if row.stage == "stopped"]
    if stopped:
        st.markdown(note(f"{plain(_('Stopped:'))} {', '.join(stopped)}"))


def _card(row: "Placed") -> None:
    import streamlit as st

    with st.container(border=True):
        badge = f"  \n{verdict_badge(row.verdict)}" if row.verdict else ""
        st.markdown(f"**{link(row.name, 'product', idea=row.slug)}**{badge}")
        lacking = row.lacking
        if not lacking:
            st.markdown(note(f":green[:material/check_circle:] {plain(_('Nothing is lacking.'))}"))
            return
        first = translate("Not yet: {condition}", condition=translate(lacking[0].template, **lacking[0].values))
        more = _n("and {n} more", "and {n} more", len(lacking) - 1).format(n=len(lacking) - 1)
        rest = plain(translate("({words})", words=more)) if len(lacking) > 1 else ""
        st.markdown(note(f":orange[:material/pending:] {sentences(plain(first), rest)}"))


def gates_table(placed: Sequence["Placed"]) -> None:
    """Every idea by every step, and what all of them ask for."""
    import streamlit as st

    with st.expander(_("What each step asks for")):
        words_table(
            {_("Idea"): [link(row.name, "product", idea=row.slug) for row in placed]}
            | {_(name): [_met(row, step) for row in placed] for step, name in STEP_NAMES.items()},
            _("Conditions met by idea and step"),
            stacks=True,
        )
        for row in placed[:1]:
            lines = [
                f"**{_(name)}**: "
                + " ".join(plain(translate(gate.template, **gate.values)) for gate in row.gates[step])
                for step, name in STEP_NAMES.items()
            ]
            st.markdown(note(plain(translate("As it stands for {idea}:", idea=row.name))))
            st.markdown("\n".join(f"- {line}" for line in lines))


def _met(row: "Placed", step: str) -> str:
    gates = row.gates[step]
    met = sum(gate.met for gate in gates)
    words = one_line(translate("{met} of {count}", met=met, count=len(gates)))
    return f":green[:material/check_circle:] {words}" if met == len(gates) else f":orange[:material/pending:] {words}"

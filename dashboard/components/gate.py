"""The gate to the next stage: what is met and what is still open."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.components.text import plain
from dashboard.i18n import translate


@dataclass(frozen=True, slots=True)
class Check:
    """One condition in plain words; not met is still open."""

    text: str
    met: bool


def gate_card(stage: str, checks: Sequence[Check]) -> None:
    """Draw "Gate to build: 2 of 4" and its conditions; `stage` is the stage's word."""
    import streamlit as st

    met = sum(check.met for check in checks)
    with st.container(border=True):
        title = translate("Gate to {stage}: {met} of {count}", stage=stage, met=met, count=len(checks))
        st.markdown(f"#### {plain(title)}", anchors=False)
        st.markdown("  \n".join(f"{_sign(check)} {plain(check.text)}" for check in checks))


def _sign(check: Check) -> str:
    return ":green[:material/check_circle:]" if check.met else ":orange[:material/pending:]"

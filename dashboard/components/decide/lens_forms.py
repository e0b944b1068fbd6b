"""What the team types for the lenses: weights as numbers or in pairs, and what RICE asks of an idea."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dashboard.components.author import author_field
from dashboard.components.errors import guarded, shown
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from engine.errors import N_
from engine.portfolio.criteria import CRITERIA, PAIRS, title

if TYPE_CHECKING:
    from dashboard.store.plans import SeenIdea, TeamWeights

WAYS = {"numbers": N_("Numbers"), "pairs": N_("Pairs")}
STEPS = (9, 7, 5, 3, 2, 1, 1 / 2, 1 / 3, 1 / 5, 1 / 7, 1 / 9)
IMPACTS = {3.0: N_("massive"), 2.0: N_("high"), 1.0: N_("medium"), 0.5: N_("low"), 0.25: N_("minimal")}
"""As RICE names them (McBride 2016)."""


def weights_dialog(
    current: "TeamWeights", save_weights: Callable[[Mapping[str, float], str], None], save_pairs: Callable[..., float]
) -> None:
    """Say what matters, as numbers or two by two."""
    import streamlit as st

    @st.dialog(_("What matters?"), width="medium", icon=":material/balance:")
    @guarded
    def ask() -> None:
        way = st.segmented_control(
            _("How"),
            list(WAYS),
            default="pairs" if current.pairs else "numbers",
            required=True,
            format_func=lambda key: _(WAYS[key]),
            label_visibility="collapsed",
            key="weights_how",
        )
        with st.form("weights_form", border=False, enter_to_submit=False):
            typed = _numbers(current) if way == "numbers" else _pairs(current)
            author = author_field("weights_author")
            pressed = st.form_submit_button(_("Save"), type="primary", key="weights_go")
        if pressed:
            with shown():
                if isinstance(typed, dict):
                    save_weights(typed, author)
                else:
                    save_pairs(typed, author)
                st.rerun()

    ask()


def _numbers(current: "TeamWeights") -> dict[str, float]:
    import streamlit as st

    st.markdown(note(_("Any numbers: they are made to sum to 100 %.")))
    return {
        name: st.number_input(
            _(title(name)),
            value=round(100 * current.weights.get(name, 1 / len(CRITERIA)), 1),
            step=5.0,
            format="%g",
            key=f"weights_{name}",
        )
        for name in CRITERIA
    }


def _pairs(current: "TeamWeights") -> list[tuple[str, str, float]]:
    import streamlit as st

    st.markdown(note(_("Which of the two matters more, and how many times? Contradictions are told when you save.")))
    known = {(first, second): value for first, second, value in current.pairs}
    found = []
    for first, second in PAIRS:
        said = known.get((first, second), 1.0)
        value = st.select_slider(
            f"{_(title(first))} ↔ {_(title(second))}",
            STEPS,
            value=min(STEPS, key=lambda step, said=said: abs(step - said)),  # type: ignore[misc]
            format_func=_times,
            key=f"pair_{first}_{second}",
        )
        found.append((first, second, float(value)))
    return found


def _times(value: float) -> str:
    if value == 1:
        return _("the same")
    if value > 1:
        return translate("the first {n} times", n=f"{value:g}")
    return translate("the second {n} times", n=f"{1 / value:.0f}")


def rice_dialog(ideas: "Mapping[str, SeenIdea]", save: Callable[..., None]) -> None:
    """Impact, confidence and effort of one idea; its reach comes from the ledger."""
    import streamlit as st

    @st.dialog(_("RICE of an idea"), icon=":material/calculate:")
    @guarded
    def ask() -> None:
        slug = st.selectbox(_("Idea"), list(ideas), format_func=lambda key: ideas[key].name, key="rice_idea")
        parts: Mapping[str, Any] = ideas[slug].rice_parts
        reach = parts.get("reach")
        words = (
            translate("Reach: {n} customers expected, from the ledger.", n=f"{reach:,.0f}")
            if reach is not None
            else _("Reach: no customers are expected in the ledger yet, so RICE stays unknown.")
        )
        st.markdown(note(plain(words)))
        with st.form(f"rice_{slug}", border=False, enter_to_submit=False):
            impact = st.selectbox(
                _("Impact on a customer"),
                list(IMPACTS),
                list(IMPACTS).index(parts["impact"]) if parts.get("impact") in IMPACTS else 2,
                format_func=lambda value: f"{value:g} · {_(IMPACTS[value])}",
                key=f"rice_{slug}_impact",
            )
            left, right = st.columns(2)
            confidence = left.number_input(
                _("Confidence, %"), 0.0, 100.0, 100 * parts.get("confidence", 0.5), 5.0, "%g", key=f"rice_{slug}_sure"
            )
            effort = right.number_input(
                _("Effort, person-months"), 0.1, None, parts.get("effort_months"), 1.0, "%g", key=f"rice_{slug}_effort"
            )
            author = author_field("rice_author")
            pressed = st.form_submit_button(_("Save"), type="primary", key=f"rice_{slug}_go")
        if pressed:
            with shown():
                save(slug, impact, confidence / 100, effort, author)
                st.rerun()

    ask()

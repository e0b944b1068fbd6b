"""What the team types for the lenses: weights as numbers or in pairs, and what RICE asks of an idea."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard.components.author import author_field
from dashboard.components.errors import guarded, show_error, shown
from dashboard.components.text import note, plain
from dashboard.i18n import _, translate
from engine.errors import N_
from engine.portfolio.criteria import CRITERIA, PAIRS, STEPS, ContradictoryPairs, nearest_step, title

if TYPE_CHECKING:
    from dashboard.store.plans import SeenIdea, TeamWeights

WAYS = {"numbers": N_("Numbers"), "pairs": N_("Pairs")}
DRAFT, SAID = "weights_draft", "weights_said"
"""In the session: pairs that were typed and not saved, and why they were not."""
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
            default="pairs" if current.pairs or DRAFT in st.session_state else "numbers",
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
                    _save(typed, author, save_pairs)
                st.session_state.pop(DRAFT, None)
                st.session_state.pop(SAID, None)
                st.rerun()
        if way == "pairs" and (error := st.session_state.get(SAID)) is not None:
            _contradiction(error)

    ask()


def _save(typed: list[tuple[str, str, float]], author: str, save_pairs: Callable[..., float]) -> None:
    """Save the pairs; what contradicts itself stays in the session, so that nothing is lost when the dialog closes."""
    import streamlit as st

    st.session_state[DRAFT] = typed
    try:
        save_pairs(typed, author)
    except ContradictoryPairs as error:
        st.session_state[SAID] = error
        st.rerun(scope="fragment")


def _contradiction(error: ContradictoryPairs) -> None:
    """What contradicts what, and a button that takes what would mend it."""
    import streamlit as st

    show_error(error)
    lines = [
        translate(
            "“{a}” matters more than “{b}”, “{b}” more than “{c}”, yet “{c}” more than “{a}”.",
            a=_(title(a)), b=_(title(b)), c=_(title(c)),
        )
        for a, b, c in error.circles
    ]  # fmt: skip
    lines += [
        translate(
            "“{first}” against “{second}”: {said}; the others say {follows}.",
            first=_(title(pair.first)),
            second=_(title(pair.second)),
            said=_times(nearest_step(pair.said)),
            follows=_times(nearest_step(pair.follows)),
        )
        for pair in error.worst
    ]
    st.markdown("\n".join(f"- {plain(line)}" for line in lines))
    changes = [
        translate(
            "“{first}” against “{second}” to: {value}", first=_(title(a)), second=_(title(b)), value=_times(value)
        )
        for a, b, value in error.mended
    ]
    if changes:
        st.markdown(plain(translate("It suffices to change {changes}.", changes="; ".join(changes))))
        st.button(
            _("Set the sliders so"), icon=":material/build:", key="weights_mend", on_click=_mend, args=(error.mended,)
        )
    st.markdown(note(_("Nothing is lost: the pairs stay here as typed until they are saved.")))


def _mend(pairs: "Sequence[tuple[str, str, float]]") -> None:
    """Put judgements into their sliders; saving them is the person's."""
    import streamlit as st

    for first, second, value in pairs:
        st.session_state[f"pair_{first}_{second}"] = value
    changed = {(first, second): value for first, second, value in pairs}
    st.session_state[DRAFT] = [(a, b, changed.get((a, b), value)) for a, b, value in st.session_state[DRAFT]]
    st.session_state.pop(SAID, None)


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
    typed = st.session_state.get(DRAFT, current.pairs)
    known = {(first, second): value for first, second, value in typed}
    found = []
    for first, second in PAIRS:
        key = f"pair_{first}_{second}"
        st.session_state.setdefault(key, nearest_step(known.get((first, second), 1.0)))
        label = f"{_(title(first))} ↔ {_(title(second))}"
        value = st.select_slider(label, STEPS, format_func=_times, key=key)
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

"""What the reader may move: the model served, the model bought, utilisation, percentile, latency limit."""

from typing import TYPE_CHECKING

from dashboard.i18n import _, translate
from dashboard.store.serving import Question
from engine.costs.buying import USUAL_MODELS
from engine.costs.serving import UTILISATION

if TYPE_CHECKING:
    from dashboard.store.serving import ServingCase


def question_form(case: "ServingCase", key: str) -> Question:
    """Draw it; what is left alone is what the idea says."""
    import streamlit as st

    labels = {run.run_id: run.label for run in case.served}
    one, two, three = st.columns([2, 2, 2])
    run = one.selectbox(_("We serve"), list(labels), format_func=labels.__getitem__, key=f"{key}_run")
    model = two.selectbox(
        _("We would buy"),
        USUAL_MODELS,
        accept_new_options=True,
        help=_("Any model that genai-prices knows; type its name."),
        key=f"{key}_model",
    )
    share = three.slider(
        _("Utilisation"),
        min_value=5,
        max_value=100,
        value=round(100 * UTILISATION),
        step=5,
        format="%d%%",
        help=_("Share of the month in which a reserved device may answer; the rest is headroom, and paid."),
        key=f"{key}_share",
    )
    one, two, three = st.columns([2, 2, 2])
    percentile = one.segmented_control(
        _("Latency counted at"),
        (50, 95),
        default=95,
        required=True,
        format_func=lambda p: f"p{p}",
        key=f"{key}_percentile",
    )
    limit = two.number_input(
        _("Latency limit (ms)"), min_value=0.1, value=case.latency_limit_ms, format="%g", step=None, key=f"{key}_limit"
    )
    expected = three.number_input(
        _("Requests a month"),
        min_value=1.0,
        value=case.volume.figure.value if case.volume else None,
        format="%g",
        step=None,
        placeholder=_("unknown"),
        help=translate("Expected by {idea}; change it to try another.", idea=case.name),
        key=f"{key}_volume",
    )
    return Question(run, model or USUAL_MODELS[0], None, share / 100, int(percentile or 95), limit, expected)

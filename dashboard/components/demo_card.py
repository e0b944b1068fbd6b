"""One model's answer to one input: what it says, how surely, how fast, for how much, and how good it is in general."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_badge
from dashboard.components.charts.bars import probability_bars
from dashboard.components.charts.template import show
from dashboard.components.empty import empty_state
from dashboard.components.errors import show_error
from dashboard.components.head import answer
from dashboard.components.ink import recipe_place
from dashboard.components.kpis import Kpi, kpi_row
from dashboard.components.recipes import recipe_name
from dashboard.components.run_detail import device_name
from dashboard.components.text import link, note, plain, url
from dashboard.i18n import _, translate
from engine.errors import N_, ProspectusError
from engine.evidence import measure as known_measure

if TYPE_CHECKING:
    from dashboard.components.scope import Scope
    from dashboard.models import Answer
    from dashboard.store import RunRow, Score
    from engine.entrypoints.actions import Example, ServingCost

MOST_CLASSES = 6
LABEL_CHARS = 20
MOST_EXAMPLES = 8
MOST_CHARS = 100_000
"""As many as the model server takes."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """A model on the demo page, with what it answered if it was asked."""

    row: "RunRow"
    measure: str
    """By which its idea is judged."""
    cost: "ServingCost | ProspectusError"
    device: str
    answer: "Answer | ProspectusError | None"


def contestant_name(row: "RunRow") -> str:
    """`Fine-tuning, lora-8f3a`."""
    return f"{recipe_name(row.recipe)}, {row.label}"


def starting_pair(rows: Sequence["RunRow"], wanted: Sequence[str | None], other: str | None) -> tuple[int, int | None]:
    """Places of the two models to begin with; None beside the only one.

    The first of `wanted` that is there, else the best; beside it `other`, else the baseline, else the next best.
    """
    ids = [row.id for row in rows]
    first = next((run for run in wanted if run in ids), ids[0])
    baselines = [row.id for row in rows if row.recipe == "baseline"]
    second = next((run for run in (other, *baselines, *ids) if run in ids and run != first), None)
    return ids.index(str(first)), None if second is None else ids.index(str(second))


def example_names(labels: Sequence[str]) -> list[str]:
    """What stands on the pills of examples: their label, numbered where it comes again. Markdown."""
    return [plain(_numbered(label, labels[: place + 1].count(label))) for place, label in enumerate(labels)]


def demo_input(examples: Sequence["Example"], key: str) -> str | None:
    """Draw the text field with examples as pills; returns the text when the models are to read it now."""
    import streamlit as st

    names = example_names([example.label for example in examples[:MOST_EXAMPLES]])

    def take() -> None:
        place = st.session_state.get(f"{key}_example")
        if place is not None:
            st.session_state[f"{key}_text"] = examples[place].text

    with st.container(border=True):
        text = st.text_area(
            _("Text"), key=f"{key}_text", height=88, max_chars=MOST_CHARS, placeholder=_("Type or paste a text")
        )
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
            if names:
                st.pills(
                    _("From the test split"),
                    range(len(names)),
                    format_func=names.__getitem__,
                    key=f"{key}_example",
                    on_change=take,
                )
            pressed = st.button(_("Try it"), type="primary", icon=":material/send:", key=f"{key}_compare")
        if pressed and not text.strip():
            st.warning(_("There is no text to read yet: type one or take an example."))
    return text.strip() if pressed and text.strip() else None


def _numbered(label: str, time: int) -> str:
    short = label if len(label) <= LABEL_CHARS else label[: LABEL_CHARS - 1] + "…"
    return f"{short} {time}" if time > 1 else short


def agreement(left: Contestant, right: Contestant) -> str:
    """One sentence that says whether two models agree. Markdown; empty when one of them said nothing."""
    one, two = left.answer, right.answer
    if one is None or two is None or isinstance(one, ProspectusError) or isinstance(two, ProspectusError):
        return ""
    same = left.row.recipe == right.row.recipe
    names = [run.row.label if same else recipe_name(run.row.recipe) for run in (left, right)]
    if one.label == two.label:
        said = translate("Both say *{label}*.", label=plain(one.label, 40))
        return f":material/handshake: **{_('They agree.')}** {said}"
    said = translate(
        "{one} says *{label_one}*, {two} says *{label_two}*.",
        one=plain(names[0]),
        label_one=plain(one.label, 40),
        two=plain(names[1]),
        label_two=plain(two.label, 40),
    )
    return f":material/alt_route: **{_('They disagree.')}** {said}"


def demo_card(contestant: Contestant, key: str, below: Callable[[], None] = lambda: None) -> None:
    """Draw the card's content below the model's name: answer, bars, what the caller puts `below` them, figures."""
    import streamlit as st

    answer = contestant.answer
    if answer is None:
        st.markdown(note(_("Bring an input or take an example.")))
    elif isinstance(answer, ProspectusError):
        show_error(answer)
    else:
        _answer(contestant, answer, key)
        below()
    _figures(contestant)
    row = contestant.row
    run, device = link(row.label, "runs", run=row.id), device_name(contestant.device)
    st.markdown(f"{grade_badge('measured')} {translate('{run} on {device}', run=run, device=device)}")


def _answer(contestant: Contestant, answer: "Answer", key: str) -> None:
    import streamlit as st

    st.subheader(plain(answer.label, 60), anchor=False)
    labels = list(answer.probabilities)
    shares = [answer.probabilities[label] for label in labels]
    figure = probability_bars(labels, shares, place=recipe_place(contestant.row.recipe), most=MOST_CLASSES)
    finding = translate(
        "Bars: {label} with {share}", label=answer.label, share=formats.percent(answer.probabilities[answer.label])
    )
    show(figure, finding, f"{key}_bars")
    words = (
        N_("This answer took {time} in the model server, opening the model included.")
        if answer.opened
        else N_("This answer took {time} in the model server.")
    )
    st.markdown(note(plain(translate(words, time=formats.duration(answer.latency_ms / 1000)))))


def _figures(contestant: Contestant) -> None:
    measure, row = contestant.measure, contestant.row
    score, p95 = row.validation.get(measure), row.latency.get("latency.p95_ms")
    alone = _("Measured when the run was finished: single requests, one after another.")
    kpis = [
        _measured(_("Latency, p95"), "latency.p95_ms", p95, alone),
        _cost(contestant.cost),
        _measured(_(known_measure(measure).title), measure, score, _("On the validation rows.")),
    ]
    kpi_row(kpis, border=False, width=120, columns=3)


def _measured(label: str, key: str, score: "Score | None", help: str) -> Kpi:
    if score is None:
        return Kpi(label, "–", help=formats.missing(key))
    value = formats.value(key, score.value, score.low, score.high)
    return Kpi(label, value, interval=formats.interval(key, score.low, score.high), help=help)


def _cost(cost: "ServingCost | ProspectusError") -> Kpi:
    label, key = _("Cost per 1,000"), "cost.per_1k_requests_usd"
    if isinstance(cost, ProspectusError):
        return Kpi(label, "–", help=plain(str(cost)))
    value, interval = formats.money(cost.value, cost.low, cost.high), formats.interval(key, cost.low, cost.high)
    said = translate("{interval} US$, at the dated rate of this machine; idle time is paid.", interval=interval)
    return Kpi(label, value, cost.grade, interval, said)


def no_second(scope: "Scope") -> None:
    """Say what would stand beside the only model, and lead to it."""
    words = _("A second model reads the same input here: whether it is worth its cost is seen at once.")
    place = empty_state(":material/compare_arrows:", _("One model so far"), words)
    asked = url("tune", idea=scope.slug, set=scope.dataset_id)
    place.link_button(_("Teach another model"), asked, icon=":material/tune:")


def nothing_to_try() -> None:
    """Say what a demo needs, where no run has finished."""
    answer(_("Nothing to try yet: a demo needs a finished run."))
    words = _("The baseline is ready to try a few seconds after it is queued.")
    place = empty_state(":material/science:", _("No finished run yet"), words, sampled=True)
    place.link_button(_("Teach a model"), url("tune"), type="primary", icon=":material/tune:")
    place.link_button(_("See the runs"), url("runs"))

"""One run, whole: its figures, its classes, its settings, its seconds, its log."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.compare import class_table, confusions
from dashboard.components.errors import message
from dashboard.components.facts import facts
from dashboard.components.head import section_bar
from dashboard.components.kpis import Kpi, kpi_row
from dashboard.components.live import log_lines
from dashboard.components.recipes import recipe_name
from dashboard.components.text import link, listed, plain
from dashboard.i18n import _, _n, translate
from engine import catalog
from engine.errors import N_, ProspectusError, from_dict
from engine.evidence import measure as known_measure
from engine.wording.names import DEVICES

if TYPE_CHECKING:
    from dashboard.store import Evaluation, RunDetail, RunRow, Score
    from engine.entrypoints.actions import ServingCost

PHASES = {
    "setup": N_("setting up"),
    "fit": N_("learning"),
    "evaluate": N_("scoring"),
    "serve": N_("timing answers"),
    "explain": N_("explaining"),
    "work": N_("working"),
}
STOPS = {
    "person": N_("Somebody asked it to save and stop."),
    "budget": N_("It reached its spending cap and saved its work."),
    "shutdown": N_("Prospectus was shut down; it saved its work."),
}


def outcome(detail: "RunDetail", measure: str) -> str:
    """The run in one sentence. Markdown."""
    row = detail.row
    score = row.validation.get(measure)
    if row.state == "complete" and score is not None:
        return f"**{_scored(measure, score)}** " + plain(
            translate(
                "on {rows} validation rows, for {cost} of training in {time}.",
                rows=formats.number(score.n),
                cost=formats.money(float(row.cost_usd)),
                time=formats.duration(row.seconds),
            )
        )
    if row.state == "queued":
        return f"**{_('It waits in the queue')}**, " + translate("at place {place}.", place=detail.queue_position)
    if row.state == "failed" and row.error:
        return f"**{_('It failed.')}** {plain(message(from_dict(row.error)))}"
    if row.state == "stopped":
        reason = _(STOPS.get(row.stop_reason or "", N_("It was stopped.")))
        saved = _("It can go on from its last checkpoint.") if detail.checkpoint_step else _("It can start again.")
        return f"**{reason}** {saved}"
    if row.kind == "routine":
        return _(catalog.routine(row.recipe).summary) if row.recipe in catalog.routines() else ""
    return translate("It is learning from {data}.", data=link(row.dataset_name or "", "data", set=row.dataset_id))


def help_after_failure(detail: "RunDetail") -> None:
    """What was kept, and what to do, below the sentence of a failed run."""
    import streamlit as st

    if detail.row.state != "failed" or not detail.row.error:
        return
    error = from_dict(detail.row.error)
    lines = [translate(words, **error.values) for words in (error.kept, error.remedy) if words]
    if lines:
        st.info(plain(" ".join(lines)), icon=":material/build:")


def key_figures(detail: "RunDetail", measure: str, cost: "ServingCost | ProspectusError | None") -> None:
    """Quality, latency, serving and training cost, each with its interval and grade."""
    row = detail.row
    score, p95 = row.validation.get(measure), row.latency.get("latency.p95_ms")
    training = formats.money(float(row.cost_usd))
    kpi_row(
        [
            _kpi(_(known_measure(measure).title), measure, score, _("On the validation rows of the data set.")),
            _kpi(_("Latency, p95"), "latency.p95_ms", p95, _("Single requests, one after another, on this machine.")),
            _serving_kpi(cost),
            Kpi(
                _("Training"),
                training,
                "assumed",
                formats.duration(row.seconds),
                _("Metered seconds at the dated rate of this machine, which is an assumption."),
            ),
        ]
    )


def test_figures(test: "dict[str, Score] | Any") -> None:
    """The test figures, once they may be seen."""
    rows = [
        (_(known_measure(key).title), f"**{plain(formats.value(key, s.value, s.low, s.high))}** {_interval(key, s)}")
        for key, s in test.items()
    ]
    facts(rows, _("Figures on the test split"))


test_figures.__test__ = False  # type: ignore[attr-defined]


def classes(name: str, evaluation: "Evaluation", below: Callable[[], None]) -> None:
    """Figures by class, and `below` them what the caller draws, beside the confusion matrix."""
    import streamlit as st

    left, right = st.columns([3, 2], gap="medium")
    with left:
        section_bar(_("By class, on validation"))
        class_table({name: evaluation})
        below()
    with right:
        section_bar(_("What was taken for what"))
        confusions({name: evaluation}, "detail")


def particulars(detail: "RunDetail") -> None:
    """Settings, machine and seconds, then the log."""
    import streamlit as st

    left, right = st.columns(2, gap="medium")
    with left:
        section_bar(_("Settings"))
        facts(_settings(detail), _("Settings of the run"))
    with right:
        section_bar(_("What it took"))
        facts(_took(detail), _("Seconds, memory and size"))
    with st.expander(_("Log"), icon=":material/article:"):
        st.markdown("  \n".join(plain(line) for line in log_lines(detail)) or _("Nothing logged yet."))


def _settings(detail: "RunDetail") -> list[tuple[str, str]]:
    plugin = catalog.recipes().get(detail.row.recipe) or catalog.routines().get(detail.row.recipe)
    known = {f.name: f for f in _fields(plugin)}
    usual = [name for name, value in detail.config.items() if name in known and _is_usual(known[name], value)]
    labels = {name: field.metadata.get("label", name) for name, field in known.items()}
    chosen = [
        (plain(_(labels.get(name, name))), plain(_chosen(known.get(name), value)))
        for name, value in detail.config.items()
        if name not in usual
    ]
    if usual:
        count = _n("{n} further setting", "{n} further settings", len(usual)).format(n=len(usual))
        chosen.append((plain(count), _("as usual")))
    name, data = detail.row.dataset_name, detail.row.dataset_id
    return [
        (_("Recipe") if data else _("Work"), plain(recipe_name(detail.row.recipe))),
        *([(_("Data"), link(name or "", "data", set=data))] if data else []),
        *chosen,
        (_("Seed"), plain(detail.seed)),
    ]


def _took(detail: "RunDetail") -> list[tuple[str, str]]:
    row, known = detail.row, detail.facts
    phases = [
        (_(PHASES[phase]) if phase in PHASES else plain(phase), plain(formats.duration(seconds)))
        for phase, seconds in detail.phases.items()
    ]
    base = known.get("base_model") or {}
    rows = [
        (_("Device"), plain(listed(filter(None, (device_name(detail.device), _threads(known)))))),
        *[(f"{_('Time')}, {name}", time) for name, time in phases],
        (_("Expected"), _expected(row)),
        (_("Attempts"), plain(row.attempt)),
        (_("Peak memory"), plain(peak_memory(row.peak_memory_mb, known.get("peak_memory_estimate_mb")))),
        *gpu_rows(known.get("gpu")),
        (_("Size served"), plain(_mb(row.artifact_mb))),
        (_("Weights trained"), plain(_weights(known))),
    ]
    rows = [(name, value) for name, value in rows if value]
    if base.get("name"):
        rows.append((_("Base model"), plain(f"{base['name']}, {base.get('licence') or _('licence not said')}")))
    return rows


def _expected(row: "RunRow") -> str:
    """The estimate from before the run; of a complete one also what it took, and by how much more."""
    if row.estimate_seconds is None:
        return _("unknown: no run of its kind had finished") if row.state in ("queued", "running", "complete") else ""
    expected = plain(formats.duration(row.estimate_seconds))
    if row.state != "complete" or not row.seconds:
        return expected
    off = formats.number(100 * (row.seconds / row.estimate_seconds - 1), 0, signed=True)
    return translate(
        "{expected}, took {actual} ({off}%)", expected=expected, actual=plain(formats.duration(row.seconds)), off=off
    )


def device_name(key: str) -> str:
    """A device in words, or its key."""
    return _(DEVICES[key]) if key in DEVICES else key


def peak_memory(measured: float | None, expected: float | None) -> str:
    """What was measured, beside what had been expected before the training."""
    if measured is None or expected is None:
        return _mb(measured)
    return translate("{measured} ({expected} expected)", measured=_mb(measured), expected=_mb(expected))


def gpu_rows(used: Any) -> list[tuple[str, str]]:
    """What the driver said of the run's GPUs; nothing for a run without them."""
    if not used:
        return []
    whole = used.get("memory_of") == "device"
    memory = _("GPU memory, whole device") if whole else _("GPU memory")
    rows = [
        (_("GPU"), plain(listed(used["names"]))),
        (memory, plain(_mb(used["peak_memory_mb"]))),
        (_("GPU busy"), plain(formats.percent(used["utilisation"]))),
    ]
    if "energy_joules" in used:
        watt_hours = formats.number(used["energy_joules"] / 3600, 1)
        rows.append((_("GPU energy, whole device"), plain(translate("{value} Wh", value=watt_hours))))
    return rows


def _threads(known: Any) -> str:
    threads = (known.get("processor") or {}).get("threads")
    return _n("{n} thread", "{n} threads", threads).format(n=threads) if threads else ""


def _weights(known: Any) -> str:
    if not known.get("parameters"):
        return ""
    trained, whole = (formats.number(known.get(key) or 0) for key in ("trained_parameters", "parameters"))
    return translate("{trained} of {whole}", trained=trained, whole=whole)


def _mb(value: float | None) -> str:
    return "" if value is None else formats.value("size.artifact_mb", value)


def _fields(recipe: Any) -> Sequence[Any]:
    import dataclasses

    return dataclasses.fields(recipe.config) if recipe else ()


def _is_usual(field: Any, value: Any) -> bool:
    """Whether an advanced setting was left as it was."""
    return bool(field.metadata.get("advanced")) and _shown(value) == _shown(field.default)


def _chosen(field: Any, value: Any) -> str:
    """A setting's value; one of a few choices, or that Prospectus chose, in the reader's language."""
    if field is not None and value == 0 and field.metadata.get("zero"):
        return _(field.metadata["zero"])
    choices = () if field is None else field.metadata.get("choices") or ("auto",)
    return _(value) if isinstance(value, str) and value in choices else _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return listed(map(str, value))
    return _("none") if value is None else str(value)


def _scored(measure: str, score: "Score") -> str:
    value = formats.value(measure, score.value, score.low, score.high)
    title = _(known_measure(measure).title)
    return f"{plain(value)} {plain(title)}"


def _interval(key: str, score: "Score") -> str:
    return f":gray[{plain(formats.interval(key, score.low, score.high))}]"


def _kpi(label: str, key: str, score: "Score | None", help: str) -> Kpi:
    if score is None:
        return Kpi(label, "–", help=formats.missing(key))
    value = formats.value(key, score.value, score.low, score.high)
    return Kpi(label, value, "measured", formats.interval(key, score.low, score.high), help)


def _serving_kpi(cost: "ServingCost | ProspectusError | None") -> Kpi:
    label, key = _("Cost per 1,000"), "cost.per_1k_requests_usd"
    if cost is None or isinstance(cost, ProspectusError):
        return Kpi(label, "–", help=plain(message(cost)) if cost else _("Measured when the run is complete."))
    said = translate(
        "At {rate} requests a second, p95 {p95}, busy {busy} of the time; idle time is paid.",
        rate=formats.number(cost.rate_rps, 1),
        p95=formats.milliseconds(cost.p95_ms),
        busy=formats.percent(cost.utilisation),
    )
    value = formats.money(cost.value, cost.low, cost.high)
    return Kpi(label, value, cost.grade, formats.interval(key, cost.low, cost.high), said)

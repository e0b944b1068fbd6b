"""A living run as a card: its newest figures with the lines that led to them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard import formats, store
from dashboard.components.progress import RunCard, Trend
from dashboard.components.recipes import recipe_name
from dashboard.components.text import listed
from dashboard.i18n import _, translate
from engine.errors import N_
from engine.evidence import measure as known_measure
from engine.spec import RunState

if TYPE_CHECKING:
    from dashboard.store import RunDetail, RunRow

Points = Sequence[tuple[int, float]]
LOG_LINES = 40
SHORT_NAMES = {
    "quality.f1_macro": N_("F1"),
    "quality.accuracy": N_("accuracy"),
    "quality.precision_macro": N_("precision"),
    "quality.recall_macro": N_("recall"),
}
WINDOWS = 12


def run_card(detail: "RunDetail", measure: str) -> RunCard:
    """What the card of a queued or running run shows; `measure` is the quality that its idea is judged by."""
    row = detail.row
    return RunCard(
        run=row.id,
        name=row.label,
        what=listed(filter(None, (row.product_name or row.dataset_name, recipe_name(row.recipe)))),
        state=_state(row),
        fraction=row.progress,
        doing=said(row.progress_text) or _("Starting"),
        left_seconds=row.left_seconds,
        trends=_trends(detail, measure),
        log=log_lines(detail),
        stopping=row.stop_reason is not None,
        silent=_silence(row.id),
    )


def _silence(run_id: str) -> str:
    """What becomes of a run whose worker gives no sign of life; empty while it gives some."""
    state = store.system_state()
    if run_id not in state.silent:
        return ""
    if state.workers_alive:
        return _("Its worker gives no sign of life. Another goes on from the last checkpoint in a few seconds.")
    return _("No worker is alive. It goes on from the last checkpoint by itself when Prospectus is started again.")


def _trends(detail: "RunDetail", measure: str) -> list[Trend]:
    if detail.row.kind == "routine":
        return [_spent(detail.row)]
    return [_quality(detail, measure), _loss(detail), _spent(detail.row)]


def said(text: Mapping[str, Any] | None) -> str:
    """A stored template with its values, in the reader's language."""
    return translate(text["template"], **text.get("values", {})) if text else ""


def log_lines(detail: "RunDetail") -> list[str]:
    """The newest lines of the run's log, newest first."""
    lines = [f"{at.astimezone():%H:%M:%S}  {translate(template, **values)}" for at, template, values in detail.notes]
    return lines[::-1][:LOG_LINES]


def quality_series(detail: "RunDetail", measure: str) -> Points:
    """How the quality on validation went, by step (or by examples a class, for few-shot)."""
    name = measure.removeprefix("quality.")
    return detail.series.get(f"validation.{name}") or detail.series.get(f"few_shot.{name}") or ()


def _state(row: "RunRow") -> RunState:
    return row.state  # type: ignore[return-value]


def _quality(detail: "RunDetail", measure: str) -> Trend:
    label = translate("Validation {measure}", measure=_(SHORT_NAMES.get(measure) or known_measure(measure).title))
    points = [value for _step, value in quality_series(detail, measure)]
    if not points:
        return Trend(label, "–", help=_("Measured on the validation rows after each pass over the training rows."))
    change = points[-1] - points[-2] if len(points) > 1 else 0.0
    delta = formats.number(100 * change, 1, signed=True) if len(points) > 1 else ""
    return Trend(label, formats.value(measure, points[-1]), delta, change >= 0 if delta else None, points)


def _loss(detail: "RunDetail") -> Trend:
    points = smoothed([value for _step, value in detail.series.get("train.loss", ())])
    if not points:
        return Trend(_("Loss"), "–", help=_("This recipe has no loss to follow."))
    change = points[-1] - points[-2] if len(points) > 1 else 0.0
    delta = formats.number(change, 3, signed=True) if len(points) > 1 else ""
    return Trend(_("Loss"), formats.number(points[-1], 3), delta, change <= 0 if delta else None, points)


def _spent(row: "RunRow") -> Trend:
    spent = formats.money(float(row.cost_usd))
    if row.budget_usd is None:
        return Trend(_("Spent"), spent)
    label = translate("Spent of {cap}", cap=formats.money(float(row.budget_usd)))
    share = formats.number(float(100 * row.cost_usd / row.budget_usd), 1) + "%"
    return Trend(label, share, delta=_("stops at cap"), help=translate("{spent} so far.", spent=spent))


def smoothed(values: Sequence[float]) -> list[float]:
    """The mean over a sliding twelfth of the values, as single batches say little; shorter by the window less one."""
    window = max(1, len(values) // WINDOWS)
    return [sum(values[i - window : i]) / window for i in range(window, len(values) + 1)]

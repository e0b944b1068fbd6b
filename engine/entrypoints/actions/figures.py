"""What runs measured and people assumed, as evidence. Every function works inside the caller's transaction."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from db.charges import charged_usd
from db.evidence import append, leads
from db.models import CostEntry, Dataset, EvidenceRow, Experiment, MetricSummary, Product, Rate, Run
from db.money import price_seconds, sum_nano, to_usd
from engine.costs.serving import UTILISATION
from engine.entrypoints.actions.business import record_economics
from engine.entrypoints.actions.carbon import carbon_figures, training_carbon
from engine.entrypoints.actions.demand import demand_figures
from engine.entrypoints.actions.money import economic_figures, serving_figures
from engine.entrypoints.actions.ownership import ownership_figures
from engine.entrypoints.actions.spent import spent_in_all
from engine.errors import N_
from engine.evidence import CALIBRATION, MEASURES, QUALITY, Evidence, Grade, weakest
from engine.wording.notes import APART, AT_RATE, CHARGED, LASTED

BOOTSTRAP = N_("95 % percentile bootstrap over the examples")
REPEATED = N_("measured on this device, one request at a time")
RELIABILITY = N_("expected calibration error over 15 bins (Guo et al. 2017), basic bootstrap")
ON_DISK = N_("bytes of the served files")
METERED = N_("metered seconds x the rate in force when the run was queued; the ends are the rate's")
TYPED = N_("typed by a person")


Figure3 = tuple[float, float | None, float | None]
"""value, low, high."""


def recompute_product(session: Session, product: Product) -> int:
    """Bring an idea's ledger up to date; returns how many figures were new. Nothing is said twice."""
    before = _ledger_length(session, product)
    lead = leads(session, [product.id]).get(product.id)
    told = {run_id for (run_id,) in session.execute(_runs_told(product))}
    for run, dataset in _complete_runs(session, product):
        if run.id not in told or (lead is not None and run.id == lead.run_id):
            _run_figures(session, product, run, dataset, adopted=run.id == product.adopted_run_id)
    _spent(session, product)
    spent_in_all(session, product)
    if lead is not None:
        run = session.get_one(Run, lead.run_id)
        serving_figures(session, product, run)
        carbon_figures(session, product, run, UTILISATION)
        economic_figures(session, product)
    demand_figures(session, product)
    ownership_figures(session, product)
    record_economics(session, product)
    return _ledger_length(session, product) - before


def assume_figure(
    session: Session,
    product: Product,
    measure: str,
    figure: Figure3,
    *,
    why: str,
    author: str,
) -> EvidenceRow:
    """Write down what somebody assumes; the newest assumption is the current one."""
    value, low, high = figure
    evidence = Evidence(measure, value, "assumed", "person", author, {}, low, high, note=why, method=TYPED)
    return append(session, product.id, evidence)


def _runs_told(product: Product) -> Any:
    return (
        select(EvidenceRow.run_id)
        .where(EvidenceRow.product_id == product.id, EvidenceRow.run_id.is_not(None))
        .distinct()
    )


def _ledger_length(session: Session, product: Product) -> int:
    session.flush()
    count = session.scalar(select(func.count()).select_from(EvidenceRow).where(EvidenceRow.product_id == product.id))
    return count or 0


def _complete_runs(session: Session, product: Product) -> Sequence[tuple[Run, Dataset]]:
    query = (
        select(Run, Dataset)
        .join(Experiment, Experiment.id == Run.experiment_id)
        .join(Dataset, Dataset.id == Experiment.dataset_id)
        .where(
            Run.state == "complete",
            or_(Experiment.product_id == product.id, Run.id == product.adopted_run_id),
        )
        .order_by(Run.finished_at, Run.id)
    )
    return [(run, dataset) for run, dataset in session.execute(query)]


def _run_figures(session: Session, product: Product, run: Run, dataset: Dataset, *, adopted: bool) -> None:
    """What a finished run measured; its test figures only when it is adopted."""
    base = run.facts.get("base_model") or {}
    context = {
        "run": run.id,
        "dataset": dataset.fingerprint[:16],
        "model": base.get("name") or run.recipe,
        "device": run.device,
    }
    shown = {"validation", "serving"} | ({"test"} if adopted else set())
    for summary in session.scalars(select(MetricSummary).where(MetricSummary.run_id == run.id)):
        if summary.split in shown and summary.name in MEASURES:
            _summary_figure(session, product, run, summary, context)
    if run.facts.get("artifact_bytes") is not None:
        size = Evidence(
            "size.artifact_mb", run.facts["artifact_bytes"] / 1e6, "measured", "run", run.id, context, method=ON_DISK
        )
        append(session, product.id, size, run_id=run.id)
    _training(session, product, run, context)
    training_carbon(session, product, run)


def _summary_figure(
    session: Session, product: Product, run: Run, summary: MetricSummary, context: Mapping[str, Any]
) -> None:
    quality = summary.name in QUALITY
    evidence = Evidence(
        summary.name,
        summary.value,
        "measured",
        "run",
        run.id,
        {**context, "split": summary.split, "n": summary.n},
        summary.low,
        summary.high,
        method=BOOTSTRAP if quality else RELIABILITY if summary.name in CALIBRATION else REPEATED,
    )
    # Quantiles serve P(bar met), which only quality figures are asked for.
    quantiles = summary.quantiles if quality else ()
    append(session, product.id, evidence, run_id=run.id, baseline=summary.baseline, quantiles=quantiles)


def _training(session: Session, product: Product, run: Run, context: Mapping[str, Any]) -> None:
    rate = session.get_one(Rate, run.rate_id)
    charged = float(charged_usd(session, run_id=run.id))
    low, high = (charged + float(to_usd(price_seconds(run.seconds, nano))) for nano in (rate.low_nano, rate.high_nano))
    grades = {cast(Grade, grade) for grade in _entry_grades(session, run)}
    grade = weakest(("measured", cast(Grade, rate.grade), *grades))
    evidence = Evidence(
        "cost.training_usd",
        float(to_usd(run.cost_nano)),
        grade,
        "run",
        run.id,
        context,
        low,
        high,
        note=APART.join(
            [
                LASTED.format(seconds=f"{run.seconds:.1f}"),
                AT_RATE.format(key=rate.key, since=rate.valid_from.isoformat(), source=rate.source),
                *([CHARGED.format(usd=f"{charged:.6f}")] if charged else []),
            ]
        ),
        method=METERED,
    )
    append(session, product.id, evidence, run_id=run.id)


def _entry_grades(session: Session, run: Run) -> Sequence[str]:
    query = select(CostEntry.grade).where(CostEntry.run_id == run.id, CostEntry.category == "training").distinct()
    return session.scalars(query).all()


def _spent(session: Session, product: Product) -> None:
    """All metered money of the idea, training and serving."""
    query = (
        select(Rate, func.sum(CostEntry.seconds), sum_nano(CostEntry.usd_nano))
        .join(Rate, Rate.id == CostEntry.rate_id)
        .where(CostEntry.product_id == product.id)
        .group_by(Rate.id)
    )
    entries = [(rate, seconds, nano) for rate, seconds, nano in session.execute(query)]
    if not entries:
        return
    charged = float(charged_usd(session, product_id=product.id))
    evidence = Evidence(
        "cost.spent_usd",
        sum(float(to_usd(nano)) for _, _, nano in entries),
        weakest(["measured", *(cast(Grade, rate.grade) for rate, _, _ in entries)]),
        "rate",
        ", ".join(sorted({rate.key for rate, _, _ in entries})),
        {},
        charged + sum(float(to_usd(price_seconds(seconds, rate.low_nano))) for rate, seconds, _ in entries),
        charged + sum(float(to_usd(price_seconds(seconds, rate.high_nano))) for rate, seconds, _ in entries),
        method=METERED,
    )
    append(session, product.id, evidence)

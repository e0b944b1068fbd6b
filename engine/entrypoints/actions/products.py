"""Ideas: write down, change, assume, adopt, decide."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from db.artifacts import removed_at
from db.base import now
from db.datasets import get_dataset
from db.decisions import record
from db.evidence import current
from db.models import Experiment, Product, Run
from db.products import add_product, edit_product, get_product, list_products, set_adopted
from db.runs import add_note, get_run
from db.session import in_transaction
from engine import catalog
from engine.entrypoints import settings
from engine.entrypoints.actions.checks import (
    LINE_LENGTH,
    NAME_LENGTH,
    TEXT_LENGTH,
    checked_interval,
    checked_minimum,
    checked_number,
    checked_text,
)
from engine.entrypoints.actions.figures import assume_figure, recompute_product
from engine.errors import N_, InputError, StateError, UnknownName
from engine.evidence import measure
from engine.inference.removal import Removal
from engine.spec import STAGES, VERDICTS

TASK = "text_classification"
ASSUMABLE = ("economics.price_per_1k_usd", "market.requests_per_month", "market.customers")
"""What a person may assume; all else is measured or computed."""
LONGEST_LATENCY_MS = 600_000
Assumption = tuple[float, float | None, float | None, str]
"""value, low, high, why."""


def add_idea(  # noqa: PLR0917  in the order of the form
    name: str,
    owner: str,
    domain: str,
    customer: str,
    hypothesis: str,
    bar_measure: str,
    bar_minimum: float,
    latency_limit_ms: float,
    assumptions: Mapping[str, Assumption] | None = None,
    author: str = "",
    *,
    slug: str | None = None,
    stage: str = "idea",
    sample: bool = False,
    missing: str = "",
) -> str:
    """Add an idea with its bar; each assumption becomes evidence graded assumed. Returns the slug.

    Raises InputError or UnknownName for what breaks a rule; nothing is added then.
    """
    fields = _checked(
        {
            "name": name,
            "owner": owner,
            "domain": domain,
            "customer": customer,
            "hypothesis": hypothesis,
            "bar_measure": bar_measure,
            "bar_minimum": bar_minimum,
            "latency_limit_ms": latency_limit_ms,
            "stage": stage,
            "missing": missing,
        },
        TASK,
    )
    who = checked_text(N_("The author"), author or owner, NAME_LENGTH)
    given = {key: _checked_assumption(key, *value) for key, value in (assumptions or {}).items()}
    stage = fields.pop("stage")

    def work(session: Session) -> str:
        product = add_product(session, **fields, slug=slug, sample=sample)
        product.stage = stage
        for key, (value, low, high, why) in given.items():
            assume_figure(session, product, key, (value, low, high), why=why, author=who)
        recompute_product(session, product)
        return product.slug

    return in_transaction(work)


def edit_idea(slug: str, **fields: Any) -> None:
    """Change an idea's texts, bar, stage or data set; what depends on them is computed again."""

    def work(session: Session) -> None:
        product = get_product(session, slug)
        if fields.get("dataset_id") is not None:
            get_dataset(session, fields["dataset_id"])
        edit_product(session, product, **_checked(fields, product.task, product.bar_measure))
        recompute_product(session, product)

    in_transaction(work)


def assume(  # noqa: PLR0917  in the order of the form
    slug: str,
    measure: str,
    value: float,
    low: float | None,
    high: float | None,
    why: str,
    author: str,
) -> None:
    """Write down an assumption, which replaces the former one as current, and compute again what rests on it."""
    figure = _checked_assumption(measure, value, low, high, why)
    who = checked_text(N_("The author"), author, NAME_LENGTH)

    def work(session: Session) -> None:
        product = get_product(session, slug)
        assume_figure(session, product, measure, figure[:3], why=figure[3], author=who)
        recompute_product(session, product)

    in_transaction(work)


def adopt_run(slug: str, run_id: str, author: str) -> None:
    """Make a complete run the one an idea stands on: its test figures are shown and become evidence.

    Raises StateError for a run that is not complete or belongs to another idea.
    """
    who = checked_text(N_("The author"), author, NAME_LENGTH)

    def work(session: Session) -> None:
        product, run = get_product(session, slug), get_run(session, run_id)
        _refuse_unfit(session, product, run)
        if product.adopted_run_id != run.id:
            add_note(session, run.id, N_("Adopted for “{idea}” by {author}."), idea=product.name, author=who)
        mark_test_seen(session, run, who)
        if product.dataset_id is None:
            product.dataset_id = session.get_one(Experiment, run.experiment_id).dataset_id
        set_adopted(session, product, run.id)
        recompute_product(session, product)

    in_transaction(work)


def _refuse_unfit(session: Session, product: Product, run: Run) -> None:
    if run.state != "complete":
        raise StateError(N_("Run {run} is {state}: only a complete run can be adopted."), run=run.id, state=run.state)
    refuse_removed(session, run)
    experiment = session.get_one(Experiment, run.experiment_id)
    if experiment.product_id not in (None, product.id):
        other = session.get_one(Product, experiment.product_id)
        raise StateError(N_("Run {run} belongs to the idea “{idea}”."), run=run.id, idea=other.name)


def refuse_removed(session: Session, run: Run) -> None:
    """Raise StateError for a run whose model was removed to make room; else it stays until this transaction ends."""
    moment = removed_at(session, run.id)
    if moment is not None:
        raise Removal(run.id, moment, settings.artifacts_mb()).error()


def mark_test_seen(session: Session, run: Run, author: str) -> None:
    """Say once, in the run's log, that its test figures are shown from now on, and to whom."""
    if run.test_seen_at is None:
        run.test_seen_at = now()
        add_note(session, run.id, N_("The test figures were shown to {author}."), author=author)
        session.flush()


def decide(  # noqa: PLR0917  in the order of the form
    slug: str, verdict: str, reason: str, author: str, review_on: date | None = None, expected: str = ""
) -> None:
    """Record go, hold or stop, with the evidence that is current now and what it should lead to."""
    if verdict not in VERDICTS:
        raise UnknownName(N_("verdict"), verdict, list(VERDICTS))
    why = checked_text(N_("The reason"), reason, TEXT_LENGTH)
    who = checked_text(N_("The author"), author, NAME_LENGTH)
    hoped = checked_text(N_("What is expected"), expected, TEXT_LENGTH, required=False)
    if review_on is not None and review_on < now().date():
        raise InputError(N_("The review date must not lie in the past; {value} does."), value=review_on.isoformat())

    def work(session: Session) -> None:
        product = get_product(session, slug)
        figures = current(session, product.id).figures.values()
        record(
            session,
            product.id,
            verdict=verdict,
            reason=why,
            expected=hoped,
            author=who,
            review_on=review_on,
            evidence_ids=[figure.id for figure in figures],
            measured=sum(figure.grade == "measured" for figure in figures),
        )

    in_transaction(work)


def recompute(slug: str) -> int:
    """Bring an idea's evidence up to date with its runs, rates and assumptions; returns how much was new."""
    return in_transaction(lambda session: recompute_product(session, get_product(session, slug)))


def recompute_all() -> int:
    """`recompute` for every idea, in one transaction."""
    return in_transaction(lambda session: sum(recompute_product(session, p) for p in list_products(session)))


def _checked_assumption(key: str, value: float, low: float | None, high: float | None, why: str) -> Assumption:
    found = measure(key)
    if key not in ASSUMABLE:
        raise InputError(
            N_("“{measure}” is measured or computed, never assumed. What can be assumed: {known}."),
            measure=key,
            known=", ".join(ASSUMABLE),
        )
    reason = checked_text(N_("The reason of an assumption"), why, TEXT_LENGTH)
    return *checked_interval(found, value, low, high), reason


def _checked(fields: Mapping[str, Any], task: str, bar_measure: str = "") -> dict[str, Any]:
    """The fields of an idea that were given, each by its rule; `bar_direction` follows the measure."""
    for name in fields.keys() - _RULES.keys():
        raise UnknownName(N_("field"), name, list(_RULES))
    checked = {name: _RULES[name](value) for name, value in fields.items()}
    key = checked.get("bar_measure", bar_measure)
    if "bar_measure" in checked:
        deciding = catalog.task(task).deciding_measures
        if key not in deciding:
            raise UnknownName(N_("deciding measure"), key, list(deciding))
        checked["bar_direction"] = measure(key).direction
    if "bar_minimum" in checked:
        checked["bar_minimum"] = checked_minimum(key, checked["bar_minimum"])
    return checked


def _text_rule(label: str, limit: int, *, required: bool = False) -> Callable[[Any], str]:
    return lambda value: checked_text(label, value, limit, required=required)


def _stage(value: Any) -> str:
    if value not in STAGES:
        raise UnknownName(N_("stage"), str(value), list(STAGES))
    return str(value)


_RULES: dict[str, Callable[[Any], Any]] = {
    "name": _text_rule(N_("The name"), NAME_LENGTH, required=True),
    "owner": _text_rule(N_("The owner"), NAME_LENGTH, required=True),
    "domain": _text_rule(N_("The domain"), NAME_LENGTH),
    "customer": _text_rule(N_("The customer"), LINE_LENGTH),
    "hypothesis": _text_rule(N_("The hypothesis"), TEXT_LENGTH),
    "missing": _text_rule(N_("What is missing"), TEXT_LENGTH),
    "bar_measure": str,
    "bar_minimum": lambda value: value,
    "latency_limit_ms": lambda value: checked_number(
        N_("The latency limit"), value, above=0, maximum=LONGEST_LATENCY_MS
    ),
    "stage": _stage,
    "dataset_id": lambda value: value,
}

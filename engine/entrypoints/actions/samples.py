"""The sample portfolio: ideas, data and assumptions that ship with Prospectus, and the first runs."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Experiment, Product, Run
from db.products import get_product, list_products
from db.runs import MOST_PRIORITY
from db.session import in_transaction
from engine.entrypoints.actions.costs import load_rates
from engine.entrypoints.actions.data import import_data
from engine.entrypoints.actions.products import add_idea, edit_idea
from engine.entrypoints.actions.runs import queue_run
from engine.errors import ProspectusError

if TYPE_CHECKING:
    from engine.data.sample_ideas import FirstRun, SampleIdea

Tell = Callable[[str], None]


def load_sample_portfolio(tell: Tell = lambda line: None) -> int:
    """Add the sample ideas with their data and queue the first runs; returns how many ideas were added.

    Does nothing when there are ideas and none of them is a sample. Interrupted, it goes on at the next call from
    where it was. An idea whose data cannot be had stays, unmeasured, and says what is missing.
    """
    from engine.data.sample_ideas import read_portfolio

    products = in_transaction(list_products)
    if products and not any(product.sample for product in products):
        return 0
    portfolio = read_portfolio()
    load_rates()
    there = {product.slug for product in products}
    new = [idea for idea in portfolio.ideas if idea.slug not in there]
    for idea in new:
        _add(idea, portfolio.assumed_by)
    for idea in portfolio.ideas:
        _give_data(idea, tell)
        for place, run in enumerate(portfolio.first_runs, start=1):
            if run.idea == idea.slug:
                _queue(run, place, tell)
    return len(new)


def _add(idea: "SampleIdea", author: str) -> None:
    add_idea(
        idea.name,
        idea.owner,
        idea.domain,
        idea.customer,
        idea.hypothesis,
        idea.bar.measure,
        idea.bar.minimum,
        idea.latency_limit_ms,
        {key: (a.value, a.low, a.high, a.why) for key, a in idea.assumptions.items()},
        author,
        slug=idea.slug,
        stage=idea.stage,
        sample=True,
        missing=idea.missing,
    )


def _give_data(idea: "SampleIdea", tell: Tell) -> None:
    """Import the idea's data unless it has some; what keeps it from being had is written down on the idea."""
    from engine.data.samples import LABEL_COLUMN, TEXT_COLUMN, write_sample

    product = in_transaction(lambda session: get_product(session, idea.slug))
    if idea.data is None or product.dataset_id is not None or product.missing:
        return
    tell(idea.name)
    with TemporaryDirectory() as folder:
        try:
            path = write_sample(idea.data.sample, Path(folder))
            import_data(path, TEXT_COLUMN, LABEL_COLUMN, idea.name, idea.data.licence, idea.data.source, idea.slug)
        except ProspectusError as error:
            edit_idea(idea.slug, missing=f"{error} {error.remedy.format(**error.values)}".strip())


def _queue(first: "FirstRun", place: int, tell: Tell) -> None:
    """Queue a first run unless the idea has no data, or has a run of this recipe already.

    Its place in the list is its priority: so the worker can begin while other ideas get their data, and whatever a
    person queues goes first.
    """

    def find(session: Session) -> tuple[Product, bool]:
        product = get_product(session, first.idea)
        runs = select(Run.id).join(Experiment).where(Experiment.product_id == product.id, Run.recipe == first.recipe)
        return product, session.scalars(runs.limit(1)).first() is not None

    product, queued = in_transaction(find)
    if product.dataset_id is None or queued:
        return
    given = (product.slug, product.dataset_id, product.task, first.recipe, first.config)
    try:
        queue_run(*given, priority=min(place, MOST_PRIORITY))
    except ProspectusError as error:
        tell(f"{product.slug}, {first.recipe}: {error}")

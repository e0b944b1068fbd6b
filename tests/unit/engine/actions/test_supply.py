"""The run that would supply a figure."""

from pathlib import Path

import pytest

from db.models import Run
from db.session import session_scope
from engine.entrypoints import actions
from engine.entrypoints.actions.supply import CAP_USD, queue_supply, run_supplies
from engine.errors import InputError, StateError, UnknownName
from tests.reviews import write_reviews

COST = "cost.per_1k_requests_usd"


@pytest.mark.sqlite_only
def test_the_advised_run_is_queued_once(database: str, tmp_path: Path) -> None:
    slug = actions.add_idea("Parcels", "Lin", "", "", "", "quality.f1_macro", 0.6, 100.0)
    with pytest.raises(InputError, match="“Parcels” has no data set"):
        queue_supply(slug, COST)
    data, _ = actions.import_data(write_reviews(tmp_path / "reviews.csv"), "text", "label", "Reviews", "CC0")
    actions.edit_idea(slug, dataset_id=data.id)
    queued = queue_supply(slug, COST)
    with session_scope() as session:
        run = session.get_one(Run, queued.run_id)
        assert (run.recipe, run.state) == (queued.recipe, "queued")
    assert queued.dataset == "Reviews" and 0 < queued.usd <= CAP_USD and queued.seconds > 0
    with pytest.raises(StateError, match=queued.run_id):
        queue_supply(slug, COST)


def test_what_no_run_measures_is_refused(database: str) -> None:
    assert run_supplies("serving.rate_rps") and run_supplies("quality.f1_macro")
    assert not run_supplies("") and not run_supplies("market.churn_per_month")
    with pytest.raises(InputError, match="No run measures"):
        queue_supply("any", "market.churn_per_month")
    with pytest.raises(UnknownName):
        queue_supply("any", COST)

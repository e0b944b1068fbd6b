"""The sample portfolio is loaded once, whole, and says what is missing."""

from pathlib import Path

import pytest

from db import views
from db.session import session_scope
from db.shapes import ProductRow
from engine.data import samples
from engine.data.sample_ideas import read_portfolio
from engine.entrypoints import actions
from engine.errors import MissingPart

INSTALLED = "review_sentences"


@pytest.fixture
def one_carrier(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that has one of the carriers; that one is real."""
    real = samples.write_sample

    def write(name: str, folder: Path) -> Path:
        if name != INSTALLED:
            raise MissingPart("{part} is not installed.", part=name, remedy="Install {part}.")
        return real(name, folder)

    monkeypatch.setattr(samples, "write_sample", write)


def rows() -> dict[str, ProductRow]:
    with session_scope() as session:
        return {row.slug: row for row in views.portfolio(session)}


def test_ideas_data_assumptions_and_first_runs(one_carrier: None) -> None:
    portfolio = read_portfolio()
    assert actions.load_sample_portfolio() == len(portfolio.ideas)
    found = rows()
    assert set(found) == {idea.slug for idea in portfolio.ideas}
    for idea in portfolio.ideas:
        row = found[idea.slug]
        measured = idea.data is not None and idea.data.sample == INSTALLED
        assert (row.sample, row.stage, bool(row.missing)) == (True, idea.stage, not measured)
        assert row.requests_per_month is not None and row.requests_per_month.grade == "assumed"
        assert row.quality is None
        expected = [run.recipe for run in portfolio.first_runs if run.idea == idea.slug] if measured else []
        assert row.runs_live == len(expected)
    mails = found["mail-risk-filter"]
    assert mails.missing == "mails is not installed. Install mails."


def test_loading_again_changes_nothing(one_carrier: None) -> None:
    actions.load_sample_portfolio()
    before = rows()
    assert actions.load_sample_portfolio() == 0
    assert rows() == before


def test_an_interrupted_load_goes_on(one_carrier: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.entrypoints.actions import samples as loader

    def die(*_given: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(loader, "import_data", die)
        with pytest.raises(KeyboardInterrupt):
            actions.load_sample_portfolio()
    assert sum(row.runs_live for row in rows().values()) == 0
    actions.load_sample_portfolio()
    assert rows()["review-insight"].runs_live == 3


def test_a_database_with_somebodys_ideas_is_left_alone(one_carrier: None) -> None:
    actions.add_idea("Mine", "Lin", "", "", "", "quality.accuracy", 0.9, 100)
    assert actions.load_sample_portfolio() == 0
    assert list(rows()) == ["mine"]

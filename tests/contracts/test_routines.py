"""What every routine owes: words, settings with labels, a page, a harvest, and no heavy library at import."""

import dataclasses

import pytest

from dashboard.page import pages
from engine import catalog
from engine.entrypoints.harvest import harvests
from engine.spec.routine import Routine

each = pytest.mark.parametrize("routine", catalog.routines().values(), ids=list(catalog.routines()))


@each
def test_it_says_what_it_does_in_plain_words(routine: Routine) -> None:
    assert routine.name.isidentifier()
    assert routine.title and routine.summary.endswith(".")


@each
def test_its_settings_can_be_drawn_and_left_alone(routine: Routine) -> None:
    routine.config()
    assert all(field.metadata.get("label") for field in dataclasses.fields(routine.config))


@each
def test_its_findings_are_harvested_and_shown_on_a_page(routine: Routine) -> None:
    assert routine.name in harvests()
    assert routine.page in pages()

"""What pages read of an idea's obligations and grants, and do about them."""

from dashboard.store.reading import acts, view_by
from db import obligations as stored
from db.obligations import Duties, Said
from engine.entrypoints.actions import obligations as verbs
from engine.entrypoints.actions.obligations import Stand

__all__ = ["Duties", "Said", "Stand"]


def duties(slug: str) -> Duties:
    """An idea's checklist. Raises UnknownName."""
    found: Duties = view_by(stored.duties, slug=slug)
    return found


answer_questions = acts(verbs.answer_questions)
set_obligation = acts(verbs.set_obligation)

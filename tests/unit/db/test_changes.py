"""The change token."""

import pytest

from db.changes import change_token
from db.runs import claim_next, claim_orphans
from db.session import in_transaction, session_scope
from tests.rows import a_product


def test_the_token_changes_with_every_commit_and_only_then(database: str) -> None:
    before = change_token()
    assert change_token() == before
    seen = {before}
    for name in ("one", "two", "three"):
        with session_scope() as session:
            a_product(session, name)
            session.flush()
            assert change_token() in seen
        seen.add(change_token())
    assert len(seen) == 4


@pytest.mark.sqlite_only
def test_a_rollback_changes_nothing(database: str) -> None:
    before = change_token()
    try:
        with session_scope() as session:
            a_product(session)
            raise KeyError
    except KeyError:
        pass
    assert change_token() == before


def test_the_token_does_not_tell_a_password(database: str) -> None:
    assert database not in change_token()


def test_a_worker_that_finds_nothing_to_do_changes_nothing(database: str) -> None:
    """It looks three times a second: pages must not be read anew each time."""
    with session_scope() as session:
        a_product(session)
    before = change_token()
    for _ in range(3):
        assert in_transaction(lambda session: claim_next(session, "w", "local_cpu")) is None
        assert in_transaction(lambda session: claim_orphans(session, "w", 10)) == []
    assert change_token() == before

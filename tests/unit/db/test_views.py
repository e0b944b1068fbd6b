"""What screens read: few queries, nothing hidden shown, reasons where there is no figure."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, timedelta
from typing import Any

import pytest
from sqlalchemy import event as sa_event
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from db import views
from db.base import now
from db.curves import encode
from db.decisions import record
from db.models import MetricSegment, MetricSummary, Run, Worker
from db.runs import claim_next
from db.session import get_bind, session_scope
from db.views.runs import leaderboard_query, rows_of
from engine.errors import UnknownName
from tests.rows import a_complete_run, a_dataset, a_product, a_run


@contextmanager
def counted(url: str) -> Iterator[list[str]]:
    """The statements sent inside."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    bind = get_bind(url)
    sa_event.listen(bind, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa_event.remove(bind, "before_cursor_execute", note)


def many_runs(session: Session, number: int) -> None:
    """Finished runs with a summary of each measure and a point, written in bulk."""
    first = a_run(session, a_product(session))
    columns = {c.name: getattr(first, c.name) for c in Run.__table__.columns}
    ids = [f"run{i:06d}" for i in range(number)]
    session.execute(insert(Run), [columns | {"id": run_id, "state": "complete"} for run_id in ids])
    of_run = {"experiment_id": first.experiment_id}
    figures = of_run | {"split": "validation", "low": 0.0, "high": 1.0, "n": 9, "baseline": 0.5, "quantiles": []}
    summaries = [
        {"run_id": run_id, "name": name, "value": (i * 7919 % number) / number, **figures}
        for i, run_id in enumerate(ids)
        for name in ("quality.f1_macro", "quality.accuracy")
    ]
    session.execute(insert(MetricSummary), summaries)
    points = encode({1: (1.0, 0.0)})
    series = [{"run_id": i, "name": "train.loss", "event_offset": 1, "points": points} for i in ids]
    session.execute(insert(MetricSegment), series)


def test_a_leaderboard_of_2000_runs_is_read_in_two_queries(database: str) -> None:
    with session_scope() as session:
        many_runs(session, 2000)
    with session_scope() as session, counted(database) as sent:
        board = views.leaderboard(session, measure="quality.f1_macro", limit=20, offset=40)
    values = [row.validation["quality.f1_macro"].value for row in board]
    assert values == sorted(values, reverse=True)
    assert values[0] == pytest.approx(1 - 41 / 2000)
    assert all(row.artifact_mb is None and row.state == "complete" for row in board)
    questions = [statement for statement in sent if statement.startswith("SELECT")]
    assert not any("metric_segments" in question for question in questions)
    assert len(questions) == 2


def test_a_leaderboard_has_the_same_rows_as_any_list(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        best, other = (a_complete_run(session, product, f1=f1) for f1 in (0.9, 0.8))
        product.adopted_run_id, best.error, other.test_seen_at = best.id, {"message": "评论"}, now()
        session.flush()
        board = views.leaderboard(session, measure="quality.f1_macro")
        assert board == rows_of(session, [best.id, other.id])
    assert [row.adopted for row in board] == [True, False]
    assert board[0].error == {"message": "评论"} and board[0].created_at.tzinfo is UTC


def plan_of_a_page(url: str, session: Session, experiments: tuple[int, ...] | None = None) -> str:
    """How the database walks to a leaderboard's page."""
    query = leaderboard_query(experiments=experiments, measure="quality.f1_macro", limit=20, offset=40)
    sql = query.compile(get_bind(url), compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN" if url.startswith("sqlite") else "EXPLAIN"
    return "\n".join(str(row[-1]) for row in session.execute(text(f"{explain} {sql}")))


@pytest.mark.sqlite_only
def test_sqlite_walks_the_index_to_a_page(database: str) -> None:
    with session_scope() as session:
        many_runs(session, 2000)
        plan, of_one = plan_of_a_page(database, session), plan_of_a_page(database, session, (1,))
    search = "SEARCH metric_summaries USING COVERING INDEX ix_metric_summaries"
    assert f"{search}_board (split=? AND name=?)" in plan
    assert f"{search}_experiment (experiment_id=? AND split=? AND name=?)" in of_one
    assert "TEMP B-TREE" not in plan + of_one and "SCAN" not in plan + of_one


@pytest.mark.postgresql_only
def test_postgresql_walks_the_index_to_a_page(database: str) -> None:
    with session_scope() as session:
        many_runs(session, 2000)
        session.execute(text("ANALYZE"))
        plan = plan_of_a_page(database, session)
    assert "Index Scan Backward using ix_metric_summaries_board" in plan or "Index Only Scan Backward" in plan, plan
    assert "Seq Scan" not in plan, plan


def test_a_leaderboard_keeps_to_its_idea_and_data_set(database: str) -> None:
    with session_scope() as session:
        one, two = a_product(session, "one"), a_product(session, "two")
        data, more = a_dataset(session), a_dataset(session, "more")
        mine = a_complete_run(session, one, data, f1=0.7)
        a_complete_run(session, one, more, f1=0.8)
        theirs = a_complete_run(session, two, data, f1=0.9)
        a_run(session, one, data)

        def board(**given: Any) -> list[str]:
            return [row.id for row in views.leaderboard(session, measure="quality.f1_macro", **given)]

        assert board(dataset_id=data.id) == [theirs.id, mine.id]
        assert board(product_id=one.id, dataset_id=data.id) == [mine.id]
        assert len(board(product_id=one.id)) == 2
        with pytest.raises(UnknownName, match=r"quality\.f1_macro"):
            views.leaderboard(session, measure="quality.niceness")


def test_test_figures_stay_hidden_everywhere(database: str) -> None:
    secret = 0.123456
    with session_scope() as session:
        product = a_product(session)
        run = a_complete_run(session, product, test_f1=secret)
        shown = [
            *views.leaderboard(session, measure="quality.f1_macro"),
            *views.runs(session),
            *views.portfolio(session),
            views.product_sheet(session, product.slug),
        ]
        detail = views.run_detail(session, run.id)
        assert detail.test is None
        assert str(secret) not in repr([asdict(part) for part in [*shown, detail]])  # type: ignore[call-overload]
        run.test_seen_at = now()
        session.flush()
        seen = views.run_detail(session, run.id).test
        assert seen is not None and seen["quality.f1_macro"].value == secret


def test_a_run_whole(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        run = a_complete_run(session, product)
        detail = views.run_detail(session, run.id)
        assert detail.row.label == f"baseline-{run.id[:4]}"
        assert detail.series["train.loss"] == ((1, 0.7), (2, 0.5))
        assert detail.phases == {"fit": 60.0}
        assert (detail.row.artifact_mb, detail.row.peak_memory_mb) == (2.5, 321.0)
        assert detail.row.latency["latency.p95_ms"].value == 40.0
        assert (detail.latency_limit_ms, detail.queue_position) == (100.0, None)
        assert float(detail.row.cost_usd) == 0.000383333
        with pytest.raises(UnknownName):
            views.run_detail(session, "nonesuch")


def test_places_in_the_queue(database: str) -> None:
    with session_scope() as session:
        first, second = a_run(session), a_run(session)
        second.queued_at = first.queued_at + timedelta(seconds=1)
        urgent = a_run(session, priority=-1)
        a_run(session, device="elsewhere", priority=-9)
        places = [views.run_detail(session, run.id).queue_position for run in (urgent, first, second)]
        assert places == [1, 2, 3]
        assert [r.id for r in views.runs(session, ("queued",))][1:] == [urgent.id, first.id, second.id]
        assert len(views.runs(session, ("queued",), limit=2, offset=1)) == 2


def test_lists_of_runs(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        done = a_complete_run(session, product)
        going = a_run(session, product, budget_usd=0.5)
        claim_next(session, "w", "local_cpu")
        assert [row.id for row in views.running(session)] == [going.id]
        assert {row.id for row in views.runs(session)} == {done.id, going.id}
        assert [row.id for row in views.runs(session, ("complete", "failed"), product_id=product.id)] == [done.id]
        (row,) = views.running(session)
        assert (str(row.budget_usd), row.product_slug, row.adopted) == ("0.5", "review-insight", False)


def test_the_number_of_queries_does_not_grow(database: str) -> None:
    def queries(view: Any, *arguments: Any, **named: Any) -> int:
        with session_scope() as session, counted(database) as sent:
            view(session, *arguments, **named)
        return len(sent)

    def all_views() -> list[int]:
        return [
            queries(views.portfolio),
            queries(views.product_sheet, "review-insight"),
            queries(views.runs),
            queries(views.datasets),
            queries(views.system_state),
        ]

    from engine.entrypoints.actions.figures import recompute_product

    with session_scope() as session:
        product = a_product(session)
        a_complete_run(session, product)
        recompute_product(session, product)
    few = all_views()
    with session_scope() as session:
        for i in range(6):
            product = a_product(session, f"idea {i}")
            for _ in range(3):
                a_complete_run(session, product, a_dataset(session, f"data {i}"))
            recompute_product(session, product)
    assert all_views() == few
    assert max(few) <= 16


def test_an_idea_without_anything_says_why(database: str) -> None:
    with session_scope() as session:
        a_product(session, "Unmeasured", missing="no public data")
        a_product(session, "Fresh")
        rows = {row.name: row for row in views.portfolio(session)}
    why = rows["Unmeasured"].absent["quality.f1_macro"]
    assert why.template.format(**why.values) == "Not measured: no public data"
    assert rows["Fresh"].absent["quality.f1_macro"].template == "No run has finished yet."
    assert rows["Fresh"].absent["economics.gross_margin"].template == "No price is assumed yet."
    assert (rows["Fresh"].bar_score, rows["Fresh"].p_bar_met) == (None, None)
    assert (rows["Fresh"].rank_low, rows["Fresh"].rank_high) == (1, 2)


def test_decisions_are_listed_newest_first(database: str) -> None:
    with session_scope() as session:
        product = a_product(session)
        for verdict in ("go", "hold"):
            record(
                session,
                product.id,
                verdict=verdict,
                reason="because",
                author="Lin",
                review_on=None,
                evidence_ids=[1, 2, 3],
                measured=2,
            )
        sheet = views.product_sheet(session, product.slug)
        assert [d.verdict for d in sheet.decisions] == ["hold", "go"]
        assert (sheet.decisions[0].figures, sheet.decisions[0].measured) == (3, 2)
        assert sheet.row.verdict == "hold"


def test_data_sets_name_the_ideas_that_use_them(database: str) -> None:
    with session_scope() as session:
        data, unused = a_dataset(session), a_dataset(session, "unused")
        a_product(session, "A", dataset_id=data.id)
        a_run(session, a_product(session, "B"), data)
        found = {row.id: row for row in views.datasets(session)}
        assert found[data.id].products == ("a", "b")
        assert found[unused.id].products == ()
        assert found[data.id].labels == ("no", "yes")


def test_the_state_of_the_system(database: str) -> None:
    with session_scope() as session:
        run = a_run(session)
        a_run(session)
        claim_next(session, "w", "local_cpu")
        session.add(Worker(name="here", started_at=now(), heartbeat_at=now()))
        session.add(Worker(name="gone", started_at=now(), heartbeat_at=now() - timedelta(minutes=5)))
        session.flush()
        state = views.system_state(session)
        assert (state.workers_alive, state.queued, state.running, state.silent) == (1, 1, (run.id,), ())
        session.get_one(Run, run.id).heartbeat_at = now() - timedelta(minutes=1)
        session.flush()
        assert views.system_state(session).silent == (run.id,)
        assert session.get_one(Run, run.id).state == "running"

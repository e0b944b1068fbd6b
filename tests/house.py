"""A filled home to look at, made through the same verbs as in earnest, with a real worker and its children."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.reviews import write_reviews


@dataclass(frozen=True)
class Filled:
    """An idea, data, two finished runs (one adopted), a stopped and a queued one; and an idea with nothing."""

    url: str
    home: Path
    slug: str
    bare_slug: str
    """Of the idea with nothing."""
    dataset_id: int
    runs: tuple[str, ...]
    """Adopted, finished, stopped, queued."""


def furnish(folder: Path, url: str) -> Filled:
    """Make it in an empty folder and a database without rows."""
    from db.base import now
    from engine.entrypoints import actions
    from engine.entrypoints.actions.scenarios import start_scenario
    from engine.entrypoints.worker import Worker

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        patch.setenv("PROSPECTUS_HOME", str(folder / "home"))
        price = {"economics.price_per_1k_usd": (0.5, 0.3, 0.8, "a guess")}
        bar = ("quality.f1_macro", 0.6, 100.0)
        slug = actions.add_idea(
            "Parcel *insight* <b>", "Lin", "post", "Shops", "They read too late", *bar, price, "Lin"
        )
        data, _ = actions.import_data(
            write_reviews(folder / "reviews.csv", unlabelled=6), "text", "label", "Parcel reviews", "CC0"
        )
        given = (slug, data.id, "text_classification", "baseline")
        done = [actions.queue_run(*given, {"analyzer": kind}) for kind in ("word", "char")]
        Worker(threads=1, only=done).run(until=lambda: not _waiting(url, done))
        stopped, queued = actions.queue_run(*given), actions.queue_run(*given, {}, 7, 0.01)
        actions.stop_run(stopped)
        actions.adopt_run(slug, done[0], "Lin")
        start_scenario(slug, "Lin")
        actions.decide(slug, "hold", "The price is a guess.", "Lin", now().date(), "Ten <b> offers by June.")
        _doubts(slug)
        _customers(slug, folder)
        _own(slug)
        _watch(slug)
        _market(slug, folder)
        _spend(slug)
        bare = actions.add_idea("Sorting office", "Mei", "", "", "", *bar, missing="No data set was found.")
    return Filled(url, folder / "home", slug, bare, data.id, (*done, stopped, queued))


def _doubts(slug: str) -> None:
    """What came of the decision, a pressing risk and a closed one, and what the team thinks."""
    from db.session import session_scope
    from db.views.decisions import decision_log
    from engine.entrypoints.actions.decisions import record_outcome
    from engine.entrypoints.actions.lenses import save_rice, save_weights
    from engine.entrypoints.actions.risks import add_risk, see_risk

    with session_scope() as session:
        (logged,) = decision_log(session)
    record_outcome(logged.id, "too_early", "Two *offers* so far.", "Lin")
    add_risk(slug, "law", "Consent is <b> missing", 3, 5, author="Lin")
    over = add_risk(slug, "cost", "Texts grow longer", 2, 2, "Mei", "A cap", author="Lin")
    see_risk(over, 1, 2, "Mei", "A cap", closed=True, author="Mei")
    save_weights({"worth": 3, "bar": 1}, "Lin")
    save_rice(slug, 1.0, 0.8, 4.0, "Lin")


def _waiting(url: str, runs: list[str]) -> bool:
    from db.runs import runs_in_state
    from db.session import session_scope

    with session_scope(url) as session:
        return any(run.id in runs for run in runs_in_state(session, ("queued", "running")))


def _customers(slug: str, folder: Path) -> None:
    """What customers did, and a lifetime fitted to purchases, its figures made up."""
    from db.products import get_product
    from db.scenarios import add_actuals
    from db.session import in_transaction
    from engine.entrypoints.actions.actuals import bring_actuals

    table = folder / "subs <b>.csv"
    rows = [f"c{i},2025-0{1 + i % 9}-07,{'2025-12-01' if i % 4 == 0 else ''},{100 * i}" for i in range(40)]
    table.write_text("customer,start,end,requests\n" + "\n".join(rows) + "\n", encoding="utf-8")
    bring_actuals(slug, table, "subscriptions", "Lin")
    tenth = {"customers": 10, "expected": 0.4, "seen": 0.5, "expected_usd": 12.0, "seen_usd": 15.0}
    judged = {"customers": 100, "held_out_weeks": 39.0, "expected": 40.0, "seen": 50.0, "as_before": 90.0}
    judged |= {"error": -0.2, "expected_usd": 1200.0, "seen_usd": 1500.0, "error_usd": -0.2, "tenths": [tenth] * 10}
    document = {"judged": judged, "alive": 0.5, "next_year_purchases": 1.2, "next_year_usd": 36.0}
    given = {"kind": "lifetime", "name": "fit", "fingerprint": "fit", "document": document, "author": "Lin"}
    in_transaction(lambda session: add_actuals(session, get_product(session, slug).id, **given))


def _own(slug: str) -> None:
    """Some inputs of what owning it costs; others stay empty."""
    from engine.entrypoints import actions
    from engine.entrypoints.actions.ownership import assume_ownership

    actions.assume(slug, "market.requests_per_month", 3e6, 5e5, 1e7, "a guess", "Lin")
    assume_ownership(slug, "growth_per_month", 0.03, 0.0, 0.08, why="a guess <b>", author="Lin")
    assume_ownership(slug, "monitoring_hours", 4.0, 2.0, 10.0, why="a guess", author="Lin")


def _watch(slug: str) -> None:
    """Two signals of one idea, corrected and linked, one that repeats the first; a checklist that was begun."""
    from engine.entrypoints.actions import signals
    from engine.entrypoints.actions.obligations import Stand, answer_questions, set_obligation

    fine = "EU regulator fines parcel *carrier* <b> for training on personal data without consent of its customers"
    first = signals.bring_text(f"{fine}\nThe regulator in Dublin said so.", "Lin").signals[0]
    signals.bring_text(f"{fine}\nThe regulator in Dublin said so on Friday.", "Mei")
    other = signals.bring_text("新的开源语言模型发布，价格大幅下降", "Mei").signals[0]
    signals.correct_signal(other, "dimension", "technology", "Mei")
    signals.link_signal(first, slug, "Lin")
    answer_questions(slug, {"eu": True, "us": False, "china": False, "personal_data": True, "talks": False}, "Lin")
    set_obligation(slug, "eu.gdpr", Stand("in progress", "Mei <b>", note="a *draft*"), "Lin")
    set_obligation(slug, "grant.horizon", Stand("open", usd=50_000.0), "Lin")


def _market(slug: str, folder: Path) -> None:
    """A series, competitors and events; no forecast, which takes a run of seconds."""
    from datetime import date

    from engine.entrypoints.actions import behaviour, rivals, series

    rows = [f"{2020 + i // 12}-{i % 12 + 1:02d}-01,{90 + 3 * i}" for i in range(36)]
    sales, events = folder / "sales.csv", folder / "events.csv"
    sales.write_text("\n".join(["ds,parcels <b>", *rows, ""]), encoding="utf-8")
    (series_id,) = series.bring(sales, name="Shops *online*", product=slug, source="our books").series.values()
    series.speak_for_market(series_id)
    price = (49, "month", date(2026, 3, 1), "price page")
    rivals.write_card(slug, "Alpha <b>", "Lin", features={"search": "yes", "alerts": "no"}, price=price)
    rivals.answer_own_features(slug, {"search": "partly"}, "Lin")
    did = [f"u{n},2026-{month:02d}-2{n % 9},{kind}" for n in range(9) for month in range(1, 3 + n % 5)
           for kind in ("visit", "buy")[: 1 + n % 2]]  # fmt: skip
    events.write_text("\n".join(["user,time,kind", *did, ""]), encoding="utf-8")
    behaviour.import_events(slug, events, "user", "time", "Lin", kind="kind", steps=["visit", "buy"])


def _spend(slug: str) -> None:
    """A rate beside the shipped ones, money typed and invoiced, and a budget nearly spent."""
    from engine.entrypoints.actions import ledger, rates

    today = datetime.now(UTC).date().isoformat()
    price = {"key": "salary/labeller/DE", "kind": "salary", "unit": "hour", "value": "21", "valid_from": today}
    rates.add_rate(price | {"source": "a guess <b>"}, "Lin")
    ledger.add_money({"date": today, "amount": "80", "category": "staff", "source": "hours", "product": slug}, "Lin")
    invoice = f"number,supplier,date,amount,category,product\nA-1,Cloud <b>,{today},12.5,storage,{slug}\n"
    ledger.import_invoices(invoice.encode(), "cloud.csv", "Lin")
    ledger.set_budget(100, "Lin", reason="a *guess*")

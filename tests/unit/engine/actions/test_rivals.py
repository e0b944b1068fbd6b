"""Competitors and events through the verbs: kept, counted, quoted, refused."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from db.session import in_transaction
from db.views.demand import CompetitorRow, Demand, competitors, demand
from engine.entrypoints import actions
from engine.entrypoints.actions import behaviour, rivals
from engine.errors import DataError, InputError, UnknownName
from engine.market.competition import Card, Price, read_cards, write_cards

DAY = date(2026, 3, 1)
EVENTS = "user,time,kind\n" + "\n".join(
    f"u{n},2026-{month:02d}-28,{kind}"
    for n, months in enumerate(((1,), (1, 3), (1, 2, 5, 6)))
    for month in months
    for kind in ("visit", "buy")[: 1 + n % 2]
)


@pytest.fixture
def idea(database: str) -> str:
    return actions.add_idea("Parcel insight", "Lin", "post", "Shops", "", "quality.f1_macro", 0.6, 100.0)


def cards(slug: str) -> tuple[CompetitorRow, ...]:
    found: tuple[CompetitorRow, ...] = in_transaction(lambda session: competitors(session, slug))
    return found


def sheet(slug: str) -> Demand:
    found: Demand = in_transaction(lambda session: demand(session, slug))
    return found


def test_a_card_keeps_its_prices_and_counts(idea: str) -> None:
    key = rivals.write_card(idea, "Alpha", "Lin", features={"search": "yes"}, price=(49, "month", DAY, "price page"))
    assert rivals.add_seen_price(key, 59, "month", DAY + timedelta(90), source="", author="Mei")
    assert not rivals.add_seen_price(key, 59, "month", DAY + timedelta(90), source="", author="Mei")
    (card,) = cards(idea)
    assert [(price.usd, price.grade) for price in card.prices] == [(Decimal(49), "quoted"), (Decimal(59), "assumed")]
    assert sheet(idea).figures["market.competitors"].value == 1
    rivals.set_gone(idea, key, gone=True)
    assert sheet(idea).figures["market.competitors"].value == 0
    assert not sheet(idea).competitors and len(cards(idea)) == 1


def test_the_ideas_own_card_is_no_competitor(idea: str) -> None:
    rivals.answer_own_features(idea, {"search": "yes"}, "Lin")
    (card,) = cards(idea)
    assert card.ours and card.features == {"search": "yes"}
    assert "market.competitors" not in sheet(idea).figures


def test_a_hosted_model_is_quoted_with_its_day(idea: str) -> None:
    assert rivals.add_hosted(idea, "openai/gpt-4o-mini", "Lin") == 1
    assert rivals.add_hosted(idea, "openai/gpt-4o-mini", "Lin") == 0
    (card,) = cards(idea)
    assert {price.unit: price.usd for price in card.prices} == {"mtok_in": Decimal("0.15"), "mtok_out": Decimal("0.6")}
    assert all(price.grade == "quoted" and "genai-prices" in price.source for price in card.prices)
    with pytest.raises(UnknownName):
        rivals.add_hosted(idea, "openai/nothing", "Lin")


def test_what_breaks_a_rule_is_refused(idea: str) -> None:
    rivals.write_card(idea, "Alpha", "Lin")
    tomorrow = date.today() + timedelta(2)
    with pytest.raises(InputError, match="called “Alpha” already"):
        rivals.write_card(idea, " ALPHA ", "Mei")
    with pytest.raises(InputError, match="begins with https"):
        rivals.write_card(idea, "Beta", "Lin", url="javascript:alert(1)")
    for price, said in (
        ((-1, "month", DAY, ""), "not -1"),
        (("free", "month", DAY, ""), "not free"),
        ((1, "week", DAY, ""), "week"),
        ((1, "month", tomorrow, ""), tomorrow.isoformat()),
    ):
        with pytest.raises(InputError, match=said):
            rivals.write_card(idea, "Beta", "Lin", price=price)
    assert [card.name for card in cards(idea)] == ["Alpha"]


def test_a_table_goes_out_escaped_and_comes_back_the_same(idea: str, tmp_path: Path) -> None:
    given = [
        Card("=cmd()", "", "+1 promise", (Price(Decimal("9.5"), "month", DAY, "page"),), {"search": "partly"}),
        Card("Beta"),
    ]
    path = tmp_path / "cards.csv"
    path.write_bytes(write_cards(given))
    assert b"'=cmd()" in path.read_bytes()
    assert read_cards(path, date.today()) == given
    assert rivals.import_cards(idea, path, "Lin") == 2
    assert rivals.import_cards(idea, path, "Lin") == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("competitor,url\nA,https://a.example\nA,https://b.example\n", "line 3: two competitors are called “A”"),
        ("competitor,price_usd,unit\nA,-4,month\n", "line 2: A price must be"),
        ("competitor,price_usd,unit,date\nA,4,month,soon\n", "“soon” is no date"),
        ("competitor,url\n,https://a.example\n", "needs a name"),
        ("name,url\nA,x\n", "no column “competitor”"),
    ],
)
def test_a_wrong_table_is_refused_by_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "cards.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=said):
        read_cards(path, date.today())


def test_events_become_measured_evidence(idea: str, tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(EVENTS)
    steps = ["visit", "buy"]
    behaviour.import_events(idea, path, "user", "time", "Lin", kind="kind", steps=steps, silent_months=1)
    figures = sheet(idea).figures
    churn, conversion = figures["market.churn_per_month"], figures["market.conversion"]
    assert (churn.value, churn.grade) == (0.25, "measured")
    assert conversion.value == pytest.approx(1 / 3) and conversion.context["steps"] == steps
    assert "sha256:" in churn.source and churn.context["silent_months"] == 1
    seen = behaviour.look_at_events(path)
    assert seen.proposed == {"user": "user", "time": "time", "kind": "kind"}


def test_a_sample_is_shown_and_is_no_evidence(idea: str) -> None:
    behaviour.import_sample_events(idea, "Lin")
    found = sheet(idea)
    assert found.behaviour is not None and found.behaviour.summary["users"] == 23_570
    assert not found.figures


def test_events_that_cannot_be_read_leave_nothing(idea: str, tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("user,time\na,yesterday\n")
    with pytest.raises(DataError, match="is no time"):
        behaviour.import_events(idea, path, "user", "time", "Lin")
    assert sheet(idea).behaviour is None

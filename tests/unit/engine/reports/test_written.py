"""A report as it is written: escaped, linked, never blank, and no text of a person ever a formula."""

import math
import re
from datetime import UTC, datetime

import pytest

from engine.errors import N_
from engine.reports.charts import steps
from engine.reports.document import (
    Amount,
    Check,
    Column,
    Entry,
    Listed,
    Mark,
    Ranges,
    Report,
    Section,
    Table,
    Text,
    Tile,
    Track,
    Unknown,
)
from engine.reports.html import report_html
from engine.reports.workbook import report_workbook
from engine.reports.writing import say
from engine.wording import formats, speaking
from tests.documents import DRAWN, formulas, read_page, read_sheets

AT = datetime(2026, 11, 3, 12, tzinfo=UTC)
NASTY = '=HYPERLINK("http://x") <script>alert(1)</script> & {braces}'
COST = Amount("usd", 0.41, 0.3, 0.52, "modelled", "e7")
GONE = Unknown(Text(N_("Nobody has said it yet.")))


def report(*sections: Section, name: str = NASTY) -> Report:
    entry = Entry("e7", name, N_("Cost per 1,000"), COST, name, AT, "cost.per_1k_requests_usd", note=name)
    tiles = (Tile(N_("Cost per 1,000"), COST), Tile(N_("Margin per 1,000"), GONE))
    return Report(
        "memo",
        "memo-x",
        N_("Decision memo"),
        name,
        (name,),
        (name,),
        tiles,
        sections,
        (entry,),
        AT,
    )


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_people_typed_stays_text(language: str) -> None:
    table = Table((Column(N_("Idea")), Column(N_("Value"), spread=True)), ((NASTY, COST), ("+1", GONE), ("@x", None)))
    given = report(Section(N_("Risks"), (NASTY,), (Check(NASTY, True),), table=table))
    html = report_html(given, language)
    page = read_page(html)
    assert "script" not in page.tags and "<script" not in html
    assert page.text.count(NASTY) >= 5
    book = report_workbook(given, language)
    assert formulas(book) == 0
    cells = [cell for rows in read_sheets(book).values() for row in rows for cell in row]
    assert cells.count(NASTY) >= 5 and "+1" in cells and "@x" in cells


def test_figures_lead_to_their_entry_and_missing_ones_say_why() -> None:
    page = read_page(report_html(report(), "en"))
    assert page.links == ["#e7"] and "e7" in page.ids
    assert "$0.41" in page.text and formats.between("0.30", "0.52") in page.text and "○ modelled" in page.text
    assert "2026-11-03" in page.text
    assert "unknown because nobody has said it yet" in page.text


def test_nothing_is_fetched() -> None:
    html = report_html(report(), "en")
    assert "default-src 'none'" in html
    assert not re.search(r"""(?:src|href)=["'](?!#)|@import|url\(""", html)


def test_a_chart_without_figures_says_why_and_one_with_some_names_the_others() -> None:
    why = Text(N_("No forecast was issued yet."))
    empty = Ranges("A", "usd", (Mark("x", GONE),), why)
    some = Ranges(
        "B", "share", (Mark("y", Amount("share", 0.9, 0.8, 0.95, "measured"), 0.85, 0.2), Mark("z", GONE)), why
    )
    track = Track("C", ("2026-01", "2026-02"), (1.0, None), (1.5, 2.0), (1.0, 1.0), (2.0, 3.0), why)
    bars = Ranges("D", "usd", (Mark("w", Amount("usd", 0.0)),), why, bars=True)
    page = read_page(
        report_html(report(Section("S", charts=(empty, Track("E", (), (), (), (), (), why), some, track, bars))), "en")
    )
    assert [bool(figure & DRAWN) for figure in page.figures] == [False, False, True, True, True]
    assert ["empty" in figure for figure in page.figures] == [True, True, False, False, False]
    assert page.text.count("unknown because no forecast was issued yet") == 2
    assert "Not drawn, as it is unknown: z" in page.text


def test_neighbours_unknown_for_one_reason_are_one_cell() -> None:
    columns = tuple(Column(name, spread=True) for name in "abc")
    page = read_page(report_html(report(Section("S", table=Table(columns, ((GONE, GONE, None),)))), "en"))
    assert page.text.count("unknown because nobody") == 2  # the tile and one cell


def test_a_workbook_holds_the_numbers_as_stored() -> None:
    table = Table((Column(N_("Idea")), Column(N_("Value"), spread=True)), (("x", COST),))
    sheets = read_sheets(report_workbook(report(Section(N_("Cost by idea"), table=table)), "en"))
    assert list(sheets) == ["Report", "Cost by idea", "Evidence"]
    assert sheets["Cost by idea"][1] == ["x", 0.41, 0.3, 0.52, "usd", "modelled", "e7"]
    assert sheets["Evidence"][1][3:9] == ["cost.per_1k_requests_usd", 0.41, 0.3, 0.52, "usd", "modelled"]
    assert sheets["Evidence"][1][10] == AT.astimezone().date()


def test_sheets_have_names_that_excel_takes() -> None:
    table = Table((Column("a"),), (("b",),))
    twice = "A very long name: of [several] parts / sections"
    names = list(read_sheets(report_workbook(report(Section(twice, table=table), Section(twice, table=table)), "en")))
    assert len(set(names)) == 4 and all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


@pytest.mark.parametrize(("low", "high", "found"), [(0, 1, [0, 0.5, 1]), (-3, 7, [0, 5]), (0, 480, [0, 200, 400])])
def test_ticks_are_round(low: float, high: float, found: list[float]) -> None:
    ticks = steps(low, high)
    assert ticks == found or (len(ticks) >= 2 and all(low <= tick <= high for tick in ticks))
    size = ticks[1] - ticks[0]
    assert round(size / 10 ** math.floor(math.log10(size)), 6) in (1, 2, 5)


def test_parts_are_said_in_the_readers_language() -> None:
    part = Text(N_("{names}: {reason}."), {"names": Listed((N_("Cost per 1,000"), "x")), "reason": GONE})
    assert say(part) == "Cost per 1,000, x: unknown because nobody has said it yet."
    with speaking("zh_CN"):
        assert say(part) == "千次成本、x：未知，因为尚无人填写。"


def test_a_sentence_of_ours_within_another_loses_its_full_stop() -> None:
    ours = N_("Nobody has said it yet.")
    line = Text(N_("For: {customer}. Because: {hypothesis}."), {"customer": "Lin", "hypothesis": ours})
    assert say(line) == "For: Lin. Because: Nobody has said it yet."
    assert "Because: Nobody has said it yet.</p>" in report_html(report(Section(N_("Risks"), (line,))), "en")

"""Two finished runs compared: with the verbs, on the page in every view, and on the command line."""

import csv
import itertools
import json
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.compare_page import VIEWS
from dashboard.i18n import LANGUAGES
from db.session import get_bind
from engine.entrypoints import actions
from engine.entrypoints.cli import run as main
from engine.entrypoints.worker import Worker
from engine.errors import InputError, StateError, UnknownName
from tests.conftest import MadeOnce
from tests.house import _waiting

SCRIPT = """
from dashboard.components.errors import guarded
from dashboard.page import pages
guarded(pages()[{page!r}].render)()
"""
PARTS = ("classes", "learning", "calibration", "slices", "groups", "speed")


@dataclass(frozen=True)
class Compared:
    """Two finished runs on reviews that came over three shops, of which one writes in riddles."""

    url: str
    home: Path
    runs: tuple[str, str]


def write_shops(path: Path, rows: int = 420) -> Path:
    """Reviews with the shop that they came from; those of “north” do not say what they are."""
    generator = random.Random(1)
    words = {"praise": ("lovely", "perfect", "great"), "complaint": ("broken", "late", "awful <b>$x$</b>")}
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label", "shop"])
        for number in range(rows):
            label, shop = generator.choice(sorted(words)), generator.choice(("north", "south", "west"))
            told = words[generator.choice(sorted(words)) if shop == "north" else label]
            said = " ".join(generator.choices(told, k=1 + number % 4))
            writer.writerow([f"{said} parcel {number} {'x' * (number % 90)}", label, shop])
    return path


@pytest.fixture(scope="session")
def compared(made_once: MadeOnce, migrated_file: Path) -> Iterator[Compared]:
    """Made once, by a real worker and its children."""

    def work(folder: Path) -> tuple[str, list[str]]:
        url = f"sqlite:///{shutil.copy(migrated_file, folder / 'prospectus.db')}"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DATABASE_URL", url)
            patch.setenv("PROSPECTUS_HOME", str(folder / "home"))
            slug = actions.add_idea("Parcels", "Lin", "", "", "", "quality.f1_macro", 0.6, 100.0)
            file = write_shops(folder / "reviews.csv")
            data, _ = actions.import_data(file, "text", "label", "Shops", columns=["shop"], product_slug=slug)
            given = (slug, data.id, "text_classification", "baseline")
            ids = [actions.queue_run(*given, {"analyzer": kind}) for kind in ("word", "char")]
            Worker(threads=1, only=ids).run(until=lambda: not _waiting(url, ids))
        return url, ids

    url, (first, second) = made_once("compared", work)
    yield Compared(url, Path(url.removeprefix("sqlite:///")).parent / "home", (first, second))
    get_bind(url).dispose()


@pytest.fixture
def runs(compared: Compared, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Their ids, with the environment set to where they are."""
    monkeypatch.setenv("DATABASE_URL", compared.url)
    monkeypatch.setenv("PROSPECTUS_HOME", str(compared.home))
    monkeypatch.setenv("PROSPECTUS_SERVER_PORT", "1")
    return compared.runs


def draw(language: str = "en", page: str = "runs", **address: str) -> AppTest:
    """A page at an address."""
    test = AppTest.from_string(SCRIPT.format(page=page), default_timeout=30)
    test.session_state["lang"] = language
    for name, value in address.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception, [fault.value for fault in test.exception]
    return test


def text_of(test: AppTest) -> str:
    return "\n".join(part.value for part in test.markdown)


def test_a_run_leaves_what_its_evaluation_needs(runs: tuple[str, str], compared: Compared) -> None:
    folder = compared.home / "runs" / runs[0]
    assert {path.name for path in folder.glob("predictions.*.npz")} == {
        "predictions.train.npz",
        "predictions.validation.npz",
        "predictions.test.npz",
    }
    fit = actions.train_gap(runs[0])
    assert fit is not None
    assert fit.train.n == fit.validation.n == 63
    assert fit.gap.value == pytest.approx(fit.train.value - fit.validation.value)


def test_calibration_becomes_evidence_of_the_idea(runs: tuple[str, str]) -> None:
    """On the sheet with its interval, grade and method; the training sample is on no leaderboard and in no evidence."""
    from db.session import session_scope
    from db.views import leaderboard, product_sheet

    with session_scope() as session:
        sheet = product_sheet(session, slug="parcels")
        board = leaderboard(session, measure="quality.accuracy")
    (error,) = [figure for figure in sheet.figures if figure.measure == "quality.ece"]
    assert (error.grade, error.context["split"], error.context["n"]) == ("measured", "validation", 63)
    assert error.low is not None and error.high is not None and error.low <= error.value <= error.high
    assert "Guo" in error.method
    assert error.value == actions.measure_calibration([str(error.run_id)])[str(error.run_id)].ece.value
    page = draw(page="product", idea="parcels")
    assert any("Calibration error" in one.value.to_string() for one in page.table)
    assert not [figure for figure in sheet.figures if figure.context.get("split") == "train"]
    assert sorted(row.id for row in board) == sorted(runs)
    assert all(row.validation["quality.accuracy"].n == 63 for row in board)


def test_the_hard_shop_is_found_by_slices_and_groups(runs: tuple[str, str]) -> None:
    assert actions.slice_cuts(runs[0]) == ("length", "class", "language", "column:shop")
    (only,) = actions.measure_slices([runs[0]], "column:shop")
    by_name = {one.values["value"]: one for one in only.slices}
    assert by_name.keys() == {"north", "south", "west"}
    assert by_name["north"].verdict == "worse"
    assert sum(one.n for one in only.slices) == 63
    assert actions.group_columns(runs[0]).keys() == {"shop"}
    first, second = actions.measure_slices(runs, "length")
    assert first.against_first == ()
    assert len(second.against_first) == len(first.slices)


def test_groups_are_compared_for_one_class(runs: tuple[str, str]) -> None:
    found = actions.measure_fairness(runs[0], "shop", "praise")
    assert {group.name for group in found.groups} == {"north", "south", "west"}
    assert sum(group.n for group in found.groups) == 63
    with pytest.raises(UnknownName, match="no class called “prais”"):
        actions.measure_fairness(runs[0], "shop", "prais")
    with pytest.raises(UnknownName, match="no column called “town”"):
        actions.measure_fairness(runs[0], "town", "praise")


def test_differing_rows_come_with_their_texts(runs: tuple[str, str]) -> None:
    found = actions.differing_rows(runs, limit=200)
    assert found.total == found.shared.differ == len(found.rows)
    assert found.shared.n == 63
    for row in found.rows:
        assert "parcel" in row.input
        assert len(set(row.answers)) == 2
        assert all(0.5 <= p <= 1 for p in row.probabilities)
    difference = actions.confusion_differences(*runs)
    assert difference.labels == ("complaint", "praise")
    assert difference.matrix is not None
    assert all(sum(row) == pytest.approx(0) for row in difference.matrix)
    assert all(abs(share) > 0 for _true, _said, share in difference.largest)


def test_the_front_needs_a_cost_within_the_limit(runs: tuple[str, str]) -> None:
    placed = actions.place_on_front(runs, "quality.f1_macro", 100.0)
    assert any(one.standing and one.standing.on_front for one in placed)
    assert all(one.standing is None for one in actions.place_on_front(runs, "quality.f1_macro", 1e-6))


def test_requests_that_are_refused(runs: tuple[str, str]) -> None:
    with pytest.raises(InputError, match="Choose 2 to 10 different runs, not 1"):
        actions.differing_rows([runs[0], runs[0]])
    with pytest.raises(StateError, match="are hidden until"):
        actions.measure_calibration(runs, "test")
    with pytest.raises(InputError, match="not on “train”"):
        actions.measure_calibration(runs, "train")
    with pytest.raises(UnknownName, match="no slice called “colour”"):
        actions.measure_slices(runs, "colour")


@pytest.mark.parametrize(("view", "language"), list(itertools.product(VIEWS, LANGUAGES)))
def test_every_view_of_a_comparison_draws(view: str, language: str, runs: tuple[str, str]) -> None:
    test = draw(language, runs=",".join(runs), view=view)
    assert not test.error, [fault.value for fault in test.error]
    assert test.title[0].value.endswith(("?", "？"))
    assert runs[0][:4] in text_of(test)
    assert not re.search(r"\{[a-z_]+\}", text_of(test)), "an unfilled template"


@pytest.mark.parametrize(("part", "language"), list(itertools.product(PARTS, LANGUAGES)))
def test_every_part_of_a_run_draws(part: str, language: str, runs: tuple[str, str]) -> None:
    test = draw(language, run=runs[0], part=part)
    assert not test.error, [fault.value for fault in test.error]
    assert not re.search(r"\{[a-z_]+\}", text_of(test)), "an unfilled template"


def test_the_address_decides_what_is_drawn_and_remembers_what_was_chosen(runs: tuple[str, str]) -> None:
    test = draw(runs=",".join(runs), view="slices", cut="column:shop")
    assert "north" in test.table[0].value.to_string()
    control = next(one for one in test.pills if one.key == "address_view")
    assert control.value == "slices"
    control.set_value("calibration").run()
    assert test.query_params["view"] == "calibration"
    assert test.query_params["runs"] == ",".join(runs)


def test_another_first_run_is_another_address(runs: tuple[str, str]) -> None:
    test = draw(runs=",".join(runs))
    test.selectbox[0].set_value(runs[1]).run()
    assert test.query_params["runs"] == f"{runs[1]},{runs[0]}"


def test_what_people_wrote_is_shown_letter_for_letter(runs: tuple[str, str]) -> None:
    test = draw(runs=",".join(runs), view="rows")
    shown = test.table[0].value.to_string()
    assert "<b>" not in shown.replace(r"\<b\>", "")
    assert "$x$" not in shown.replace(r"\$x\$", "")


@pytest.mark.parametrize("address", ["nonsense", "{a}", "{a},nonsense", "{a},{a}", ",".join("abcdefghijkl")])
def test_an_address_of_no_comparison_is_said(address: str, runs: tuple[str, str]) -> None:
    test = draw(runs=address.format(a=runs[0]))
    assert len(test.title) == 1
    assert any("no run called" in fault.value or "Choose 2 to 10" in fault.value for fault in test.error)


def test_the_command_line_says_the_same(runs: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["runs", "compare", *runs, "--measure", "quality.f1_macro"]
    more = ["--calibration", "--slices", "length", "--slices", "column:shop", "--front", "100"]
    assert main([*arguments, *more, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["run"] for one in found["runs"]] == list(runs)
    pair = actions.compare_runs(runs, measure="quality.f1_macro").runs[1].against_first
    assert pair is not None
    assert found["runs"][1]["against_first"]["p_adjusted"] == pair.p_adjusted
    assert found["calibration"].keys() == set(runs)
    assert found["slices"].keys() == {"length", "column:shop"}
    assert {one["run"] for one in found["front"]} == set(runs)
    assert main([*arguments, *more]) == 0
    assert "by column:shop" in capsys.readouterr().out


def test_data_of_an_idea_are_offered_for_that_idea(runs: tuple[str, str]) -> None:
    (control,) = [one for one in draw(page="tune").selectbox if one.label == "For the idea"]
    assert (control.value, control.options) == ("parcels", ["Parcels", "none"])

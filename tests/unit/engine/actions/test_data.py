"""Data sets and the sample portfolio, on real files."""

from pathlib import Path

import pytest

from db import views
from db.session import session_scope
from engine.entrypoints import actions
from engine.entrypoints.actions.brought import safe_name
from engine.entrypoints.home import home, inside, relative_to_home
from engine.errors import DataError, InputError, UnknownName
from tests.rows import a_product


@pytest.fixture
def file(database: str, tmp_path: Path) -> Path:
    path = tmp_path / "my reviews.csv"
    rows = [f"sentence number {i} is {'fine' if i % 2 else 'awful'},{'good' if i % 2 else 'bad'}" for i in range(80)]
    path.write_text("\n".join(["text,label", *rows]) + "\n", encoding="utf-8")
    return path


def test_a_file_becomes_a_data_set_of_an_idea(file: Path) -> None:
    with session_scope() as session:
        slug = a_product(session, missing="no data").slug
    row, already = actions.import_data(file, "text", "label", "Mine", "CC0", "me", slug)
    assert (row.name, row.labels, already) == ("Mine", ("bad", "good"), False)
    assert row.rows_train + row.rows_validation + row.rows_test == 80
    assert inside(row.folder).is_dir()
    (kept,) = (home() / "uploads").rglob("*.csv")
    assert kept.read_bytes() == file.read_bytes()
    with session_scope() as session:
        sheet = views.product_sheet(session, slug)
        assert (sheet.dataset_id, sheet.dataset_name, sheet.row.missing) == (row.id, "Mine", "")


def test_the_same_file_twice_is_recognised(file: Path, tmp_path: Path) -> None:
    first, _ = actions.import_data(file, "text", "label", "Mine")
    upload = actions.keep_upload("again.csv", file.read_bytes())
    second, already = actions.import_data(upload, "text", "label", "Mine again")
    assert already
    assert (second.id, second.name) == (first.id, "Mine")


def test_an_upload_is_kept_once_and_stays_inside(database: str) -> None:
    path = actions.keep_upload("../../etc/pass wd.csv", b"text,label\n")
    assert path.is_relative_to(home() / "uploads")
    assert path.name == "pass_wd.csv"
    assert actions.keep_upload("../../etc/pass wd.csv", b"text,label\n") == path


@pytest.mark.parametrize(
    ("name", "safe"), [("a b.csv", "a_b.csv"), ("..", "file"), ("C:\\x\\y.csv", "y.csv"), ("评论.csv", "评论.csv")]
)
def test_names_that_are_no_paths(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_preview_stores_nothing(file: Path) -> None:
    seen = actions.preview_data(file)
    assert (seen.rows, seen.proposal.text, seen.proposal.label) == (80, "text", "label")
    with session_scope() as session:
        assert views.datasets(session) == []


def test_a_local_folder_is_packed_and_kept(database: str, tmp_path: Path) -> None:
    folder = tmp_path / "my set"
    folder.mkdir()
    for split, start in (("train", 0), ("test", 60)):
        rows = [f"sentence number {start + i},{('bad', 'good')[i % 2]}" for i in range(60 - start // 2)]
        (folder / f"{split}.csv").write_text("\n".join(["text,label", *rows]) + "\n")
    assert actions.preview_data(folder).splits == {"train": 60, "test": 30}
    assert not list((home() / "uploads").glob("*"))
    row, _ = actions.import_data(folder, "text", "label", "Folder")
    assert (row.rows_test, row.profile["given_splits"]) == (30, ("train", "test"))
    assert [path.name for path in (home() / "uploads").rglob("*.zip")] == ["my_set.zip"]
    assert actions.import_data(folder, "text", "label", "Folder")[1]


def test_what_cannot_be_imported(file: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There is no file"):
        actions.import_data(tmp_path / "gone.csv", "text", "label", "Mine")
    with pytest.raises(InputError, match="The name of the data set must not be empty"):
        actions.import_data(file, "text", "label", " ")
    with pytest.raises(UnknownName, match="no idea called “gone”"):
        actions.import_data(file, "text", "label", "Mine", product_slug="gone")
    with pytest.raises(DataError):
        actions.import_data(file, "text", "nonesuch", "Mine")
    with session_scope() as session:
        assert views.datasets(session) == []


def test_bytes_that_are_refused_do_not_stay_and_others_do(file: Path, tmp_path: Path) -> None:
    kept = actions.import_data(file, "text", "label", "Mine")[0]
    before = sorted((home() / "uploads").rglob("*"))
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(DataError):
        actions.import_data(broken, "text", "label", "Broken")
    with pytest.raises(DataError):
        actions.append_data(kept.id, broken)
    with pytest.raises(DataError, match="nonesuch"):  # refused now, but a data set was made of these bytes before
        actions.import_data(file, "text", "nonesuch", "Mine")
    assert sorted((home() / "uploads").rglob("*")) == before
    path, new = actions.bring_upload("broken.zip", broken.read_bytes())
    assert new and not actions.bring_upload("broken.zip", broken.read_bytes())[1]
    actions.drop_upload(path)
    assert sorted((home() / "uploads").rglob("*")) == before


def test_examples_are_always_the_same(file: Path) -> None:
    row, _ = actions.import_data(file, "text", "label", "Mine")
    examples = actions.test_examples(dataset_id=row.id, per_label=3)
    assert [e.label for e in examples] == ["bad"] * 3 + ["good"] * 3
    assert actions.test_examples(dataset_id=row.id, per_label=3) == examples
    run_id = actions.queue_run(None, row.id, "text_classification", "baseline")
    assert actions.test_examples(run_id=run_id, per_label=3) == examples
    with pytest.raises(InputError, match="one of both"):
        actions.test_examples()


def test_paths_that_lead_out_are_refused(database: str) -> None:
    with pytest.raises(InputError, match="leads out of the folder"):
        inside("../x")
    assert relative_to_home(inside("datasets/x")) == "datasets/x"


@pytest.mark.sqlite_only
def test_the_home_is_beside_the_sqlite_file_unless_named(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    named = home()
    monkeypatch.delenv("PROSPECTUS_HOME")
    assert home() == Path(database.removeprefix("sqlite:///")).parent.resolve() / "home" == named

"""Pictures through the verbs that pages and the command line call."""

from pathlib import Path

import pytest

from db.session import in_transaction
from db.views import datasets
from engine.entrypoints import actions
from engine.errors import InputError, StoredFileError
from tests.unit.engine.data.images.material import encoded, pack, shape, shapes


def test_an_archive_becomes_a_data_set_of_the_idea(database: str, tmp_path: Path) -> None:
    actions.add_idea("Shape sorter", "Lin", "", "", "", "quality.f1_macro", 0.9, 100)
    archive = pack(tmp_path / "shapes.zip", shapes(8) | {"loose.png": encoded(shape("ring", 40))})
    assert actions.holds_pictures(archive)
    assert actions.look_at_pictures(archive).pictures == 17
    row, already = actions.import_data(archive, "", "", "Shapes", "CC0", "drawn", "shape-sorter")
    assert (row.input_kind, row.products, already, row.labels) == ("image", ("shape-sorter",), False, ("cross", "ring"))
    assert actions.import_pictures(archive, "Again")[1]
    assert [known.id for known in in_transaction(datasets)] == [row.id]
    found = actions.picture_rows(row.id, 3)
    assert {label: len(rows) for label, rows in found.items()} == {"cross": 3, "ring": 3, "": 1}
    example = actions.test_examples(dataset_id=row.id)[0]
    assert actions.stored_picture(row.id, example.text).is_file()
    assert actions.small_picture(row.id, example.text).startswith(b"\x89PNG")
    with pytest.raises(StoredFileError, match="not inside"):
        actions.stored_picture(row.id, "../../prospectus.db")


def test_a_task_of_texts_refuses_pictures_and_the_other_learns(database: str, tmp_path: Path) -> None:
    row, _ = actions.import_pictures(pack(tmp_path / "shapes.zip", shapes(4)), "Shapes")
    with pytest.raises(InputError, match="reads text; the data set “Shapes” holds image"):
        actions.queue_run(None, row.id, "text_classification", "baseline")
    assert actions.queue_run(None, row.id, "image_classification", "baseline")

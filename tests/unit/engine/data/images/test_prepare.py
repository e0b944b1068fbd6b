"""Pictures from an archive or folder become rows: cleaned, split, recognised, and the bad ones named."""

from pathlib import Path

import pytest
from PIL import Image  # noqa: TID253

from engine.data.content import Content, fingerprint, load_content
from engine.data.images.prepare import prepare_pictures
from engine.data.images.seen import PicturesSeen, look_at
from engine.data.stored import load_columns, load_profile, load_rows, load_unlabelled
from engine.errors import DataError
from tests.unit.engine.data.images.material import encoded, pack, shape, shapes

FOUR = ("a/1", "a/2", "a/3", "b/4")


def test_rows_are_split_and_recognised(tmp_path: Path) -> None:
    archive = pack(tmp_path / "shapes.zip", {f"all/{name}": file for name, file in shapes(10).items()})
    done = prepare_pictures(archive, tmp_path, name="shapes", seed=3)
    assert (done.already, done.labels, done.language) == (False, ("cross", "ring"), "und")
    assert done.rows_per_split == {"train": 12, "validation": 4, "test": 4}  # round(10 * 0.15) of each class
    rows = load_rows(done.folder)
    paths = [path for split in rows.values() for path in split.inputs]
    assert all(path.is_relative_to(done.folder / "images") and path.is_file() for path in paths)
    assert len({path.name for path in paths}) == 20
    assert prepare_pictures(archive, tmp_path, name="again", seed=3).already
    assert load_profile(done.folder).as_dict() == done.profile.as_dict()
    assert fingerprint(load_content(done.folder)) == done.fingerprint
    assert isinstance(load_content(done.folder), Content)


def test_a_folder_gives_the_same_data_set_as_its_archive(tmp_path: Path) -> None:
    files = shapes(4)
    for name, content in files.items():
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "folder" / "ring" / "link.png").symlink_to("/etc/hostname")
    (tmp_path / "folder" / ".hidden.png").write_bytes(b"x")
    from_folder = prepare_pictures(tmp_path / "folder", tmp_path / "a", name="one")
    files = dict(sorted(files.items()))
    from_archive = prepare_pictures(pack(tmp_path / "x.zip", files), tmp_path / "b", name="two")
    assert from_folder.fingerprint == from_archive.fingerprint
    assert prepare_pictures(tmp_path / "folder", tmp_path / "a", name="one").already


def test_repeats_and_contradictions_leave_before_the_split(tmp_path: Path) -> None:
    """Exact: the same pixels in another format. Near: the same picture as JPEG. Contradicting: both leave."""
    files = shapes(6)
    first = shape("ring", 0)
    files["ring/same.bmp"] = encoded(first, "BMP")
    files["ring/near.jpg"] = encoded(first, "JPEG", quality=90)
    files["cross/wrong.png"] = encoded(shape("ring", 1))
    files["loose.png"] = encoded(shape("ring", 77))
    files["unlabelled/known.png"] = encoded(shape("cross", 2))
    profile = prepare_pictures(pack(tmp_path / "x.zip", files), tmp_path, name="x").profile
    assert profile.rows == 17
    assert (profile.exact_duplicates, profile.normalised_duplicates) == (1, 1)
    assert (profile.conflicting_rows, profile.conflicting_texts) == (2, 1)
    assert (profile.missing_label, profile.unlabelled) == (2, 1)
    lost = profile.missing_text + profile.missing_label + profile.exact_duplicates + profile.normalised_duplicates
    assert profile.rows == profile.used + lost + profile.conflicting_rows


def test_pictures_without_a_class_wait_for_one(tmp_path: Path) -> None:
    done = prepare_pictures(
        pack(tmp_path / "x.zip", shapes(4) | {"a.png": encoded(shape("ring", 50))}), tmp_path, name="x"
    )
    waiting = load_unlabelled(done.folder)
    assert len(waiting.rows) == 1 and waiting.inputs[0].is_file()


def test_a_bad_picture_is_named_and_the_rest_stay(tmp_path: Path) -> None:
    whole = encoded(shape("ring", 90, 200), "JPEG")
    files = shapes(12) | {
        "ring/cut.jpg": whole[: len(whole) // 2],
        "ring/words.png": b"no picture",
        "ring/huge.png": encoded(Image.new("1", (30_000, 30_000))),
        "notes.txt": b"x",
    }
    profile = prepare_pictures(pack(tmp_path / "x.zip", files), tmp_path, name="x").profile
    assert (profile.rows, profile.used, profile.missing_text) == (27, 24, 3)
    said = {fault["file"]: fault["error"]["message"] for fault in profile.pictures["unreadable"]}
    assert said.keys() == {"ring/cut.jpg", "ring/words.png", "ring/huge.png"}
    assert "ends too early" in said["ring/cut.jpg"]
    assert "no picture that can be read" in said["ring/words.png"]
    assert "more than 50 million pixels" in said["ring/huge.png"]
    assert profile.pictures["other"] == 1


def test_more_than_a_fifth_bad_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    files = shapes(6) | {f"ring/bad{i}.png": b"no picture" for i in range(4)}
    with pytest.raises(
        DataError, match=r"4 of 16 pictures of x.zip cannot be read, more than 20 %: ring/bad0.png is no"
    ):
        prepare_pictures(pack(tmp_path / "x.zip", files), tmp_path, name="x")
    assert list((tmp_path / "datasets").iterdir()) == []


def test_a_table_names_classes_and_further_columns(tmp_path: Path) -> None:
    files = {f"data/pictures/{i}.png": encoded(shape(("ring", "cross")[i % 2], i)) for i in range(8)}
    lines = [f"pictures/{i}.png,{('ring', 'cross')[i % 2]},{('day', 'night')[i // 4]}" for i in range(8)]
    table = "\n".join(["file_name,label,light", *lines, "pictures/gone.png,ring,day"])
    done = prepare_pictures(pack(tmp_path / "x.zip", files | {"data/metadata.csv": table.encode()}), tmp_path, name="x")
    assert done.profile.label_column == "label"
    assert done.profile.columns == ("light",)
    assert {cell for names in load_columns(done.folder).values() for cell in names["light"]} == {"day", "night"}
    assert "gone.png, which is not there" in done.profile.pictures["unreadable"][0]["error"]["message"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.txt": b"x"}, "holds no picture"),
        (
            {"a/1.png": encoded(shape("ring", 1)), "a/2.png": encoded(shape("ring", 2))},
            "None of the 2 pictures of x.zip",
        ),
        (
            {f"{k}/{i}.png": encoded(shape("ring", i)) for k, i in (("a", 1), ("a", 2), ("a", 3), ("b", 4))},
            "“b” \\(1\\)",
        ),
        ({"t/labels.csv": b"name,x\na,b\n", "t/a.png": encoded(shape("ring", 1))}, "needs a column called one of"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(tmp_path: Path, files: dict[str, bytes], said: str) -> None:
    with pytest.raises(DataError, match=said):
        prepare_pictures(pack(tmp_path / "x.zip", files), tmp_path, name="x")


def test_a_source_is_looked_at_without_being_stored(tmp_path: Path) -> None:
    archive = pack(tmp_path / "x.zip", shapes(9) | {"ring/bad.png": b"x", "loose.png": encoded(shape("ring", 50))})
    seen = look_at(archive)
    assert (seen.pictures, dict(seen.classes), seen.unlabelled) == (20, {"ring": 10, "cross": 9}, 1)
    assert {label for label, _ in seen.examples} == {"ring", "cross", ""}
    assert PicturesSeen.from_dict(seen.as_dict()).as_dict() == seen.as_dict()
    assert not (tmp_path / "datasets").exists()

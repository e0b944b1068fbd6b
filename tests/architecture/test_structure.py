"""How the sources are cut: by subject, into files that one reads in a sitting."""

import re

import pytest

from tests.architecture.test_documents import ROOT, SOURCES, tracked_files

LONGEST_FILE = 400
NAMELESS = {"utils", "util", "helpers", "helper", "misc", "common"}
"""Names that say nothing about what is inside."""
REGISTRIES = ("pypi", "pythonhosted", "npmjs", "registry.yarnpkg", "download.pytorch", "conda.anaconda", "proxy.golang")
PLACES = ("opt", "mnt", "srv", "Users", "workspace")


def test_every_file_is_short_enough_to_read() -> None:
    long = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {path: lines for path, lines in long.items() if lines >= LONGEST_FILE} == {}


def test_every_module_is_named_for_its_subject() -> None:
    names = [(path.relative_to(ROOT), {path.stem, path.parent.name}) for path in SOURCES]
    assert [path for path, parts in names if parts & NAMELESS] == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?<![\w.}])/(?:" + "|".join(PLACES) + r")/\w",
        r"\b(?:" + "|".join(name.replace(".", r"\.") for name in REGISTRIES) + r")\.(?:org|com|net)\b",
    ],
    ids=["places", "registries"],
)
def test_no_file_names_a_place_or_a_registry(pattern: str) -> None:
    """The places and hosts beside those that `test_documents` looks for."""
    found = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {hit.group()}" for hit in re.finditer(pattern, text)]
    assert found == []

"""What tests ask of a written report: well-formed HTML whose links lead somewhere, and the cells of a workbook."""

import io
import zipfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from python_calamine import CalamineWorkbook

VOID = {"meta", "br", "hr", "img", "input", "line", "rect", "circle", "polyline", "polygon"}
DRAWN = {"rect", "circle", "polyline", "polygon"}


@dataclass
class Page:
    """An HTML page as it was read."""

    text: str = ""
    tags: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    figures: list[set[str]] = field(default_factory=list)
    """Tags and classes within each chart."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.page.tags.append(tag)
        if given.get("id"):
            self.page.ids.add(str(given["id"]))
        if tag == "a":
            self.page.links.append(str(given["href"]))
        if tag == "figure":
            self.page.figures.append(set())
        elif "figure" in self.open:
            self.page.figures[-1] |= {tag, *str(given.get("class", "")).split()}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.page.text += data


def read_page(html: str) -> Page:
    """Read it; fails where a tag is not closed or closes another."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader.page


def read_sheets(workbook: bytes) -> dict[str, list[list[Any]]]:
    """The cells of every sheet."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def formulas(workbook: bytes) -> int:
    """How many cells of a workbook hold a formula."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
        return sum(parts.read(name).count(b"<f>") + parts.read(name).count(b"<f ") for name in sheets)

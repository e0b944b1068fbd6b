"""Brought documents become text, and what is made to harm is refused with one clear error."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.data.apart import run_apart
from engine.errors import DataError
from engine.market.documents.document import tidy
from engine.market.documents.read import PASTED, kind_of, read_documents
from engine.market.documents.web import safe_html

ARTICLE = """<!doctype html><html><head><title>Chip prices fall again</title>
<meta property="article:published_time" content="2026-10-02"><script>alert('x')</script></head><body>
<nav>Home About</nav><article><h1>Chip prices fall again</h1>
<p>Prices of accelerators fell by a tenth in the third quarter, according to three distributors in Rotterdam.</p>
<p>The distributors expect the decline to go on until new factories are delayed or closed by their owners.</p>
<script>document.write('stolen')</script></article></body></html>"""
CHINESE = "国家网信办公布生成式人工智能服务管理办法征求意见稿，要求提供者履行备案义务。"


def word_file(*, declared: int = 0) -> bytes:
    """A small Word document; with `declared` a member that unpacks to so many bytes."""
    import docx

    made = docx.Document()
    made.core_properties.title = "Minutes"
    made.add_paragraph("The ministry will subsidise pilots.")
    made.add_table(1, 2).cell(0, 1).text = "4 million"
    target = io.BytesIO()
    made.save(target)
    if declared:
        with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("word/media/a.bin", bytes(declared))
    return target.getvalue()


def pdf_file(text: str = "") -> bytes:
    """A PDF of one page, with a line of text or without."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    if text:
        font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        named = DictionaryObject({NameObject(k): NameObject(v) for k, v in font.items()})
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): named})}
        )
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def feed(items: int, *, same: bool = False, head: str = "") -> bytes:
    """An RSS feed."""
    rows = "".join(
        f"<item><guid>{0 if same else i}</guid><title>Story {i}</title><link>https://news.example/{i}</link>"
        f"<pubDate>Fri, 02 Oct 2026 10:00:00 GMT</pubDate>"
        f"<description>&lt;p&gt;Text {i}&lt;script&gt;steal()&lt;/script&gt;&lt;/p&gt;</description></item>"
        for i in range(items)
    )
    return f'<?xml version="1.0"?>{head}<rss version="2.0"><channel><title>N</title>{rows}</channel></rss>'.encode()


def test_a_page_becomes_its_article_without_scripts() -> None:
    (found,) = read_documents("page.html", ARTICLE.encode(), url="https://news.example/a")
    assert found.title == "Chip prices fall again" and found.published == "2026-10-02"
    assert "fell by a tenth" in found.text
    assert "alert" not in found.text and "stolen" not in found.text


def test_markup_that_is_shown_holds_text_tags_alone() -> None:
    harm = '<p onclick="x()">a</p><script>b</script><style>c</style><img src=x onerror=y><a href="javascript:z">d</a>'
    assert safe_html(harm) == "<p>a</p>d"


@pytest.mark.parametrize(
    ("name", "content", "title", "piece"),
    [
        (PASTED, f"{CHINESE}\n第二行".encode(), CHINESE, "备案义务"),
        ("note.txt", CHINESE.encode("gb18030"), "note", "备案义务"),
        ("minutes.docx", word_file(), "Minutes", "4 million"),
        ("law.pdf", pdf_file("The act applies from August."), "law.pdf", "applies from August"),
    ],
)
def test_every_format_becomes_text(name: str, content: bytes, title: str, piece: str) -> None:
    (found,) = read_documents(name, content)
    assert found.title == title and piece in found.text


def test_a_feed_becomes_one_document_an_entry() -> None:
    found = read_documents("news.xml", feed(3))
    assert [one.title for one in found] == ["Story 0", "Story 1", "Story 2"]
    assert found[1].url == "https://news.example/1" and found[1].published == "2026-10-02"
    assert "steal" not in found[1].text and "<" not in found[1].text


def test_atom_is_read_too() -> None:
    atom = (
        b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><entry><id>1</id>'
        b"<title>New rules</title><updated>2026-10-02T10:00:00Z</updated><summary>For models</summary></entry></feed>"
    )
    (found,) = read_documents("news.atom", atom)
    assert (found.title, found.published) == ("New rules", "2026-10-02")


def test_a_feed_that_repeats_itself_ends() -> None:
    assert len(read_documents("news.xml", feed(500, same=True))) == 1
    assert len(read_documents("news.xml", feed(500))) == 200


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("news.xml", lambda: feed(1) + bytes(100_000_000), "may have 5"),
        ("news.xml", lambda: feed(1, head='<!DOCTYPE x [<!ENTITY a "aaaa">]>'), "own XML entities"),
        ("news.xml", lambda: feed(0), "no readable feed"),
        ("news.xml", lambda: b"<rss><channel><item><title>", "no readable feed"),
        ("scan.pdf", pdf_file, "holds no text"),
        ("bad.pdf", lambda: b"%PDF-1.7\nnonsense", "no readable PDF"),
        ("bomb.docx", lambda: word_file(declared=70_000_000), "made to fill memory"),
        ("table.docx", lambda: _zip("xl/workbook.xml"), "no Word document"),
        ("cut.docx", lambda: word_file()[:900], "damaged archive"),
        ("empty.html", lambda: b"<html><body><script>var a = 1;</script></body></html>", "page without text"),
        ("empty.txt", lambda: b"", "is empty"),
        ("blank.txt", lambda: b" \n\t ", "holds no words"),
        ("program.exe", lambda: b"MZ\x90\x00", "in no format that is read"),
        ("zeros.txt", lambda: b"a\x00b\x00\x01\x02" * 50, "zeros"),
        ("long.txt", lambda: b"word " * 2_100_000, "may have 10"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(name: str, content: Callable[[], bytes], message: str) -> None:
    with pytest.raises(DataError, match=message) as raised:
        read_documents(name, content())
    assert name in str(raised.value) or "holds no words" in str(raised.value)


def _zip(member: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(member, "x")
    return target.getvalue()


def test_the_bytes_tell_the_format_and_not_the_name() -> None:
    assert kind_of("a.txt", b"%PDF-1.4") == "pdf"
    assert kind_of("a.html", b"<?xml version='1.0'?><rss version='2.0'>") == "feed"
    assert kind_of("download", b"plain", "text/plain") == "text"


def test_blanks_and_control_characters_are_put_in_order() -> None:
    assert tidy("a\u0007  b\r\n\r\n\r\n\r\nc\u00a0\u3000d") == "a b\n\nc d"


def test_it_is_read_in_a_process_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "news").write_bytes(feed(2))
    wishes = {
        "path": str(tmp_path / "news"),
        "name": "news.xml",
        "year": 2026,
        "classifier": {key: {"kind": "words"} for key in ("en", "zh")},
    }
    answer = run_apart("read", wishes, program="engine.market.documents.child")
    assert [one["title"] for one in answer["documents"]] == ["Story 0", "Story 1"]
    assert set(answer["documents"][0]["fields"]) >= {"dimension", "direction", "impact"}

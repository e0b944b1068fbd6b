"""HTML: the text of the article by trafilatura, and markup that is safe to show by nh3. No script is ever run."""

from engine.errors import N_, DataError
from engine.market.documents.document import Document, document

SILENT = {"script", "style", "template", "noscript", "head"}

TAGS = frozenset(
    {"p", "br", "ul", "ol", "li", "blockquote", "strong", "em", "h1", "h2", "h3", "h4", "table", "tr", "td"}
)


def read_html(name: str, content: bytes, *, url: str = "", charset: str | None = None) -> Document:
    """The article of a page with its title and day. Raises DataError when the page holds no text."""
    import trafilatura
    from trafilatura.settings import use_config

    settings = use_config()
    settings.set("DEFAULT", "EXTRACTION_TIMEOUT", "0")  # a signal, which the main thread alone may set
    page = content.decode(charset, "replace") if charset and _known(charset) else content
    found = trafilatura.bare_extraction(
        page, url=url or None, with_metadata=True, include_comments=False, favor_recall=True, config=settings
    )
    text = (found.text if found else None) or _all_text(page)
    if not text.strip():
        raise DataError(
            N_("{file} is a page without text; perhaps a program in the browser writes it."),
            file=name,
            remedy=N_("Open the page, copy its text, and paste it."),
        )
    title, day = (found.title or "", found.date or "") if found else ("", "")
    return document("html", title or name, text, url=url, published=day[:10])


def safe_html(markup: str) -> str:
    """The same markup with plain text tags only: no script, style, link, picture, form or attribute is left."""
    import nh3

    return nh3.clean(markup, tags=set(TAGS), attributes={}, clean_content_tags={"script", "style", "template"})


def _all_text(page: str | bytes) -> str:
    """Every visible word, where no article was found."""
    import nh3

    written = page if isinstance(page, str) else page.decode("utf-8", "replace")
    cleaned: str = nh3.clean(written, tags=set(), clean_content_tags=SILENT)
    import html

    return html.unescape(cleaned)


def _known(charset: str) -> bool:
    import codecs

    try:
        codecs.lookup(charset)
    except LookupError:
        return False
    return True

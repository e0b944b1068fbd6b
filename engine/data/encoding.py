"""Which characters the bytes of a file stand for.

Tried in this order: a byte order mark; UTF-8; UTF-16 without a mark; GB18030 (which contains GBK and GB2312) when the
result reads like Chinese; charset-normalizer among the usual old code pages. UTF-8 with a few broken bytes is an error
that names the line, not a reason to read the whole file as something else.
"""

import codecs
import unicodedata

from engine.errors import N_, DataError, UnknownName

SAMPLE_BYTES = 200_000
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""UTF-32 stands before UTF-16: its little-endian mark begins with UTF-16's."""
MAGIC = (
    (b"\x89PNG\r\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP or Excel"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh9", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstandard"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel or Word"),
    (b"PAR1", "Parquet"),
    (b"\x7fELF", "program"),
    (b"MZ\x90\x00", "program"),
)
PICTURES = ("PNG", "JPEG", "GIF")
ENCODINGS = (
    "utf-8",
    "utf-16",
    "utf-32",
    "gb18030",
    "big5",
    "shift_jis",
    "euc_jp",
    "euc_kr",
    "cp1250",
    "cp1251",
    "cp1252",
    "cp1253",
    "cp1254",
    "latin-1",
    "utf-8-sig",
    "utf-16-le",
    "utf-16-be",
    "gbk",
)
"""What a person may name when the detection is wrong."""
OLD_CODE_PAGES = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "big5", "shift_jis", "euc_jp", "euc_kr"]
LATIN_PAGES = ("cp1250", "cp1252", "cp1254")
WESTERN = frozenset("àâäåæáãçéèêëíìîïñóòôöõøœúùûüßÀÂÄÅÆÁÃÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜ‘’“”„‚–—…€£°«»¿¡ºª·§©®™\xa0")
COMMON_HAN = frozenset(
    "的一是不了在人有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后小么心多天而能"
    "好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知民样现分将外但身些与高意进"
    "把法此实回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使"
    "教西再平真听世气信北少关并内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件"
    "安表原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风战干接它许八特觉望"
    "直服毛林题建南度统色字请交爱让认算论百吃义科怎元社术结六功指思非流每青管夫连远资队跟带花快条院变联言权往展该领传近"
    "留红治决周保达办运武半候七必城父强步完革深区即求品士转量空甚众技轻程告江语英基派满式李息写呢识极令黄德收脸钱党倒未"
    "持取设始版双历越史商千片容研像找友孩站广改议形委早房音火际则首单据导影失拿网香似斯专石若兵弟谁校读志飞观争究包组造"
    "落视济喜离虽坏适客评差价货店质退送"
)
"""About the 500 commonest characters; they make up most of any Chinese text and little of a misread one."""


def name_of_binary(data: bytes) -> str:
    """Kind of a file whose first bytes are a known non-text signature, or the empty string."""
    return next((kind for magic, kind in MAGIC if data.startswith(magic)), "")


def decode(data: bytes, file_name: str, encoding: str | None = None) -> tuple[str, str]:
    """Return the text and the name of the encoding it was read with.

    `encoding` forces one. Raises DataError for binary data, for damaged text, and for an unknown or unfit encoding.
    """
    _refuse_binary(data, file_name)
    if encoding is not None:
        return _decode_as(data, _known(encoding), file_name).removeprefix("\ufeff"), encoding
    for mark, marked in MARKS:
        if data.startswith(mark):
            return _decode_as(data, marked, file_name), marked
    if b"\x00" in data:
        return _decode_wide(data, file_name)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        _refuse_damaged_utf8(data, error, file_name)
    return _decode_old(data)


def _refuse_binary(data: bytes, file_name: str) -> None:
    kind = name_of_binary(data)
    if kind:
        pictures = N_("Pictures are brought as a ZIP archive, a folder in it for each class.")
        table = N_("Export it as CSV (UTF-8) or JSON Lines and bring that file.")
        raise DataError(
            N_("{file} is a {kind} file, not a table of text."),
            file=file_name,
            kind=kind,
            remedy=pictures if kind in PICTURES else table,
        )


def _known(encoding: str) -> str:
    if encoding not in ENCODINGS:
        raise UnknownName(N_("encoding"), encoding, list(ENCODINGS))
    return encoding


def _decode_as(data: bytes, encoding: str, file_name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DataError(
            N_("{file} is not {encoding}: the bytes on line {line} cannot be read as that."),
            file=file_name,
            encoding=encoding,
            line=data.count(b"\n", 0, error.start) + 1,
        ) from None


def _decode_wide(data: bytes, file_name: str) -> tuple[str, str]:
    """UTF-16 without a mark, else a binary file: text in any other encoding has no zero bytes."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\n" in text and _reads_like_text(text[:20_000]):
            return text, encoding
    raise DataError(
        N_("{file} is a binary file (it contains zero bytes), not a table of text."),
        file=file_name,
        remedy=N_("Export it as CSV (UTF-8) or JSON Lines and bring that file."),
    )


def _reads_like_text(text: str) -> bool:
    strange = sum(c not in "\t\r\n" and unicodedata.category(c) in ("Cc", "Cn", "Co") for c in text)
    return strange * 1000 < len(text)


def _refuse_damaged_utf8(data: bytes, error: UnicodeDecodeError, file_name: str) -> None:
    """Bytes of old code pages almost never form valid UTF-8 sequences: ten good for one bad means damaged UTF-8."""
    lenient = data.decode("utf-8", errors="replace")
    broken = lenient.count("\ufffd")
    foreign = len(lenient) - len(lenient.encode("ascii", errors="ignore")) - broken
    if foreign < 10 * broken:
        return
    raise DataError(
        N_("{file} is UTF-8 with damaged characters ({count}); the first is on line {line}."),
        file=file_name,
        count=broken,
        line=data.count(b"\n", 0, error.start) + 1,
        remedy=N_("Export the file again as UTF-8, or repair that line."),
    )


def _decode_old(data: bytes) -> tuple[str, str]:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if text and reads_like_chinese(text[:SAMPLE_BYTES]):
        return text, "gb18030"
    for encoding in (_guess(data[:SAMPLE_BYTES]), "cp1252"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"  # the five bytes that cp1252 leaves open are controls there


def reads_like_chinese(text: str) -> bool:
    """True when nearly all foreign characters are everyday Chinese ones.

    Korean, Japanese and western bytes also decode as GB18030, but to rare characters and kana: at least 70 % must be in
    GB 2312, at most 10 % kana, and of six or more Chinese characters at least 30 % among the commonest 500.
    """
    foreign = [c for c in text if ord(c) > 127]
    everyday = sum(bool(c.encode("gb2312", errors="ignore")) for c in foreign)
    kana = sum("\u3040" <= c <= "\u30ff" for c in foreign)
    if everyday < 0.7 * len(foreign) or kana > 0.1 * len(foreign):
        return False
    han = [c for c in foreign if "\u4e00" <= c <= "\u9fff"]
    common = sum(c in COMMON_HAN for c in han)
    return len(han) > 0 and (len(han) < 6 or common >= 0.3 * len(han))


def _guess(sample: bytes) -> str:
    """charset-normalizer's best guess among the usual code pages, checked where it is weak: short Latin texts.

    Those are western European when nearly all their foreign characters are western ones, and only then.
    """
    from charset_normalizer import from_bytes

    found = [match.encoding for match in from_bytes(sample, cp_isolation=OLD_CODE_PAGES)]
    if found and found[0] not in LATIN_PAGES:
        return found[0]
    foreign = [c for c in sample.decode("cp1252", errors="replace") if ord(c) > 127]
    if sum(c in WESTERN for c in foreign) >= 0.98 * len(foreign):
        return "cp1252"
    return next((page for page in found if page != "cp1252"), "cp1252")

"""Both catalogues hold every text that a screen can show, with the same placeholders."""

import ast
import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from dashboard.i18n import LANGUAGES, extract

LOCALES = Path(__file__).parents[3] / "dashboard" / "locales"
PLACEHOLDER = re.compile(r"(?<!\{)\{(\w+)[^{}]*\}(?!\})")


def messages(language: str) -> dict[object, Message]:
    """Messages of a catalogue by their id, without those that no source holds any more."""
    data = (LOCALES / language / "LC_MESSAGES" / "prospectus.po").read_bytes()
    return {m.id if isinstance(m.id, str) else tuple(m.id): m for m in read_po(BytesIO(data)) if m.id}


def texts(message: Message) -> list[str]:
    """Every form of the translation."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_the_catalogues_have_the_same_keys() -> None:
    keys = [set(messages(language)) for language in LANGUAGES]
    assert keys[0] == keys[1]
    assert len(keys[0]) > 500


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_untranslated_and_placeholders_agree(language: str) -> None:
    faults = []
    for key, message in messages(language).items():
        source = [key] if isinstance(key, str) else list(key)  # type: ignore[call-overload]
        wanted = set(PLACEHOLDER.findall(source[-1]))
        if message.fuzzy:
            faults.append(f"{key!r} is marked fuzzy, and gettext does not use it")
        for text in texts(message):
            if not text.strip():
                faults.append(f"{key!r} has no translation")
            elif set(PLACEHOLDER.findall(text)) - wanted or (
                len(source) == 1 and set(PLACEHOLDER.findall(text)) != wanted
            ):
                faults.append(f"{key!r}: placeholders of {text!r}")
    assert faults == []


def test_every_marked_text_is_in_the_catalogues() -> None:
    known = messages("en")
    wanted = [m.id if isinstance(m.id, str) else tuple(m.id) for m in extract() if m.id]
    assert [key for key in wanted if key not in known] == []


def column_names(node: ast.AST) -> list[str]:
    """Translated texts that name the columns of a table: keys of a dict, or of an assignment to one."""
    keys = [key for each in ast.walk(node) if isinstance(each, ast.Dict) for key in each.keys if key is not None]
    stored = (each for each in ast.walk(node) if isinstance(each, ast.Subscript) and isinstance(each.ctx, ast.Store))
    keys += [each.slice for each in stored]
    calls = (call for key in keys for call in ast.walk(key) if isinstance(call, ast.Call))
    named = (call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "_" and call.args)
    return [first.value for first in named if isinstance(first, ast.Constant) and isinstance(first.value, str)]


def test_no_two_columns_of_a_table_have_one_name() -> None:
    """A column under a name that another has takes its place: in Chinese the figures once had no names."""
    known = messages("zh_CN")
    faults, seen = [], 0
    for path in sorted((LOCALES.parent / "components").rglob("*.py")):
        for function in ast.parse(path.read_text(encoding="utf-8")).body:
            names = column_names(function) if isinstance(function, ast.FunctionDef) else []
            shown = [texts(known[name])[0] for name in dict.fromkeys(names)]
            seen += len(shown)
            faults += [(path.name, name) for name in shown if shown.count(name) > 1]
    assert seen > 100
    assert not faults

"""The reader's language of the dashboard, and the upkeep of the catalogues that `engine.wording` reads.

`python -m dashboard.i18n update` extracts the marked texts of our packages and merges them into every catalogue.
"""

import ast
import io
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.wording import (
    DOMAIN,
    LANGUAGES,
    SOURCE,
    _,
    _n,
    catalogue_path,
    language,
    read_by,
    speaking,
    translate,
)

__all__ = ["LANGUAGES", "_", "_n", "catalogue_path", "language", "speaking", "translate"]

STATE_KEY = "lang"
FOLDERS = ("dashboard", "db", "engine")
"""Where texts are extracted from."""
# Without dates: a catalogue changes when a text does.
HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: Prospectus\\n"
"Language: {name}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


_reader = threading.local()
"""The language that this thread's script is drawn in: a page asks for it hundreds of times, and a session answers
slowly. A thread belongs to one session; whoever settles or changes the language says so here too."""


def _session_language() -> str:
    """What the reader chose; English where nobody reads (tests, scripts)."""
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    if get_script_run_ctx(suppress_warning=True) is None:
        return SOURCE
    known: str | None = getattr(_reader, "language", None)
    if known is None:
        import streamlit as st

        known = _reader.language = str(st.session_state.get(STATE_KEY) or SOURCE)
    return known


read_by(_session_language)


def follow_address() -> None:
    """Settle the session's language: the address, else what was chosen, else the browser's."""
    import streamlit as st

    state = st.session_state
    asked = st.query_params.get(STATE_KEY)
    if STATE_KEY not in state:
        browser = str(st.context.locale or "").lower()
        state[STATE_KEY] = asked if asked in LANGUAGES else "zh_CN" if browser.startswith("zh") else "en"
        state["lang_chosen"] = asked in LANGUAGES
    _reader.language = state[STATE_KEY]
    if state["lang_chosen"] and asked != state[STATE_KEY]:
        st.query_params[STATE_KEY] = state[STATE_KEY]


def language_switch() -> None:
    """Draw the switch at the sidebar's bottom."""
    import streamlit as st

    def choose() -> None:
        st.session_state[STATE_KEY] = _reader.language = st.session_state["lang_switch"]
        st.session_state["lang_chosen"] = True

    with st.sidebar:
        st.segmented_control(
            _("Language"),
            list(LANGUAGES),
            default=language(),
            required=True,
            format_func=LANGUAGES.__getitem__,
            key="lang_switch",
            on_change=choose,
            label_visibility="collapsed",
        )


def extract() -> Any:
    """Every marked text of our packages as a babel Catalog.

    Read from the syntax tree: babel's own reader does not see calls inside f-strings.
    """
    from babel.messages.catalog import Catalog

    root = Path(__file__).parent.parent
    found = Catalog(domain=DOMAIN, charset="utf-8", fuzzy=False)
    for file in sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py")):
        for message in _marked(ast.parse(file.read_text(encoding="utf-8"))):
            found.add(message, locations=[(file.relative_to(root).as_posix(), 0)])
    for choice in _choices():
        found.add(choice, locations=[("engine/recipes", 0)])
    for text in _sample_texts():
        found.add(text, locations=[("engine/samples", 0)])
    for remark in _rate_notes():
        found.add(remark, locations=[("engine/costs/rates", 0)])
    return found


def _marked(tree: ast.AST) -> Iterator[str | tuple[str, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str) and a.value]
        if name in ("_", "N_", "translate") and texts:
            yield texts[0]
        elif name == "_n" and len(texts) == 2:
            yield texts[0], texts[1]


def _choices() -> Iterator[str]:
    """The words that plug-ins offer as choices of a setting; the form shows them translated."""
    import dataclasses

    from engine.catalog import configs

    for config in configs():
        for setting in dataclasses.fields(config):
            yield from (c for c in setting.metadata.get("choices") or () if isinstance(c, str))


def _sample_texts() -> Iterator[str]:
    """What the sample portfolio writes on its ideas and why it assumes what it does."""
    from engine.data.sample_ideas import read_portfolio

    for idea in read_portfolio().ideas:
        yield from filter(None, (idea.customer, idea.hypothesis, idea.missing))
        yield from (assumed.why for assumed in idea.assumptions.values())


def _rate_notes() -> Iterator[str]:
    """What the shipped rates remark on themselves."""
    from engine.costs.rates.files import read_rates
    from engine.wording.notes import APART, recognised

    for rate in read_rates():
        yield from (said for said in rate.note.split(APART) if said and recognised(said) is None)


def update() -> dict[str, int]:
    """Merge the extracted texts into every catalogue; returns how many texts each still lacks."""
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import read_po

    lacking: dict[str, int] = {}
    for name in LANGUAGES:
        path = catalogue_path(name)
        with path.open("rb") if path.exists() else io.BytesIO() as file:
            catalogue: Catalog = read_po(file, locale=name, domain=DOMAIN, charset="utf-8")
        for retired in list(catalogue.obsolete.values()):
            catalogue[retired.id] = retired
        catalogue.obsolete.clear()
        catalogue.update(extract(), no_fuzzy_matching=True)
        for message in catalogue:
            if message.id:
                message.flags.discard("fuzzy")  # merging two catalogues may leave one, and gettext would skip the text
        if name == "en":
            for message in catalogue:
                message.string = message.string if _said(message.string) else message.id
        lacking[name] = sum(not _said(m.string) for m in catalogue if m.id)
        _write(catalogue, name)
    return lacking


def _write(catalogue: Any, name: str) -> None:
    from babel.messages.pofile import write_po

    path = catalogue_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(HEADER.format(name=name, plurals=catalogue.plural_forms).encode())
        write_po(file, catalogue, sort_output=True, include_lineno=False, width=100, omit_header=True)
    partial.replace(path)


def _said(string: Any) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    if sys.argv[1:] != ["update"]:
        sys.exit("usage: python -m dashboard.i18n update")
    for name, count in update().items():
        sys.stderr.write(f"{name}: {count} texts to translate\n")

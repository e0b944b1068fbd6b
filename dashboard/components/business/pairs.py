"""Figures that move together: what a scenario says of pairs, what came of it in the draws, and the table to say it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.author import author_field
from dashboard.components.business.inputs_form import Opened, save_and_open
from dashboard.components.business.words import pair_title
from dashboard.components.head import section_bar
from dashboard.components.text import note, plain, sentences
from dashboard.i18n import _, translate
from dashboard.store import business as store
from engine.business.copula import Contradictory, Pair
from engine.errors import N_, ConfigError, InputError

if TYPE_CHECKING:
    import pandas as pd

    from engine.business.scenario import Scenario
    from engine.business.sensitivity import Moved

Change = Callable[[Sequence[Pair], str], str]
"""All pairs, author; the key of the new scenario."""
SAID = N_(
    "A rank correlation (Spearman) from −1 to 1: 1 when the highest of one comes with the highest of the other, 0 when "
    "they are independent. Pairs that are not here are independent."
)
SHARED = N_(
    "“{first}” with “{second}”, stated {stated}, drawn {drawn}: a measurement that figures share decides it instead."
)


def moving(slug: str, scenario: "Scenario", model: str) -> None:
    """Which pairs moved in the result above, and how."""
    import streamlit as st

    lines = [_moved(one) for one in store.moving(slug, scenario, model)]
    if lines:
        st.markdown(note(sentences(plain(_("Drawn together:")), *lines)))


def _moved(one: "Moved") -> str:
    values = {
        "first": pair_title(one.pair.first),
        "second": pair_title(one.pair.second),
        "stated": formats.number(one.pair.rank, 2, signed=True),
    }
    if one.drawn is None:
        text = translate("“{first}” with “{second}”, {stated}: not in this model, or without ends.", **values)
    elif one.followed:
        drawn = formats.number(one.drawn, 2, signed=True)
        text = translate("“{first}” with “{second}”, stated {stated}, drawn {drawn}.", **values, drawn=drawn)
    else:
        drawn = formats.number(one.drawn, 2, signed=True)
        text = translate(SHARED, **values, drawn=drawn)
    return plain(text)


def pairs_form(scenario: "Scenario", change: Change, opened: Opened) -> None:
    """Draw the table of pairs, a row to add at its end, and save it as a new scenario."""
    import streamlit as st

    keys = _keys(scenario)
    if len(keys) < 2:
        return
    section_bar(_("What moves together"), note=_(SAID))
    with st.form("pairs_form", border=False, enter_to_submit=False):
        names = {key: pair_title(key) for key in keys}
        rows = st.data_editor(
            _frame(scenario, names),
            hide_index=True,
            num_rows="dynamic",
            column_config=_columns(list(names.values())),
            placeholder="–",
            key="pairs_editor",
        )
        author = author_field("pairs_author")
        pressed = st.form_submit_button(_("Save as a scenario"), key="pairs_go")
    if pressed:
        save_and_open(author, lambda: _saved(rows, names, author, change), opened)


def _saved(rows: "pd.DataFrame", names: dict[str, str], author: str, change: Change) -> str:
    try:
        return change(_pairs(rows, {name: key for key, name in names.items()}), author)
    except ConfigError as error:
        raise ConfigError(tuple(map(_in_words, error.faults))) from error


def _in_words(fault: Any) -> Any:
    """The fault with the figures' names in the reader's language."""
    if not isinstance(fault, Contradictory):
        return fault
    named = {name: pair_title(key) for name, key in fault.keys.items()}
    return InputError(fault.template, remedy=fault.remedy, **{**fault.values, **named})


def _keys(scenario: "Scenario") -> list[str]:
    """Figures with two ends, and those that a pair names."""
    uncertain = [key for key, given in scenario.inputs.items() if not given.certain]
    uncertain += [key for key, (low, high) in scenario.ranges.items() if low != high]
    named = [key for pair in scenario.pairs for key in (pair.first, pair.second)]
    return list(dict.fromkeys([*uncertain, *named]))


def _frame(scenario: "Scenario", names: dict[str, str]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(
        {
            _("One figure"): pd.array([names[pair.first] for pair in scenario.pairs], dtype="string"),
            _("Another"): pd.array([names[pair.second] for pair in scenario.pairs], dtype="string"),
            _("Rank correlation"): pd.array([pair.rank for pair in scenario.pairs], dtype="Float64"),
        }
    )


def _columns(names: list[str]) -> dict[str, Any]:
    import streamlit as st

    return {
        _("One figure"): st.column_config.SelectboxColumn(options=names, width=330),
        _("Another"): st.column_config.SelectboxColumn(options=names, width=330),
        _("Rank correlation"): st.column_config.NumberColumn(min_value=-1, max_value=1, format="%.2f", width=150),
    }


def _pairs(frame: "pd.DataFrame", keys: dict[str, str]) -> list[Pair]:
    """The rows as typed. Raises InputError for one that is not whole."""
    import pandas as pd

    found = []
    for row in frame.itertuples(index=False):
        cells: list[Any] = [None if pd.isna(cell) else cell for cell in row]
        if all(cell in (None, "") for cell in cells):
            continue
        for title, cell in zip((_("One figure"), _("Another"), _("Rank correlation")), cells, strict=True):
            if cell in (None, ""):
                raise InputError(N_("Each row needs a value in the column “{column}”."), column=title)
        found.append(Pair(keys[str(cells[0])], keys[str(cells[1])], float(cells[2])))
    return found

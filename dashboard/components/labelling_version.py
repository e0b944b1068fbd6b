"""From labels to a new version of the data: what it will hold, said before it is made."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dashboard import formats, store
from dashboard.components.dialogs import dialog
from dashboard.components.errors import shown
from dashboard.components.kpis import Kpi, kpi_row
from dashboard.components.text import link, plain
from dashboard.i18n import _, _n, translate
from engine.evaluation.doubt import agreement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.components.labelling import Added
    from dashboard.components.labelling_queue import Queue
    from dashboard.store import DatasetRow, LabellingState
    from engine.evaluation.proportions import Share

SAID = "label_said"


def figures(counts: Mapping[str, int], queue: "Queue", state: "LabellingState") -> None:
    """How far the labelling is, and how well people and model agree."""
    corrected = counts["train"] + counts["validation"] + counts["test"]
    confirmed = translate("{same} further labels were looked at and confirmed.", same=formats.number(counts["same"]))
    labels = state.labels
    guessed = {row: guess.label for row, guess in queue.guesses.items() if row in labels}
    by_model = _(
        "Of the rows listed here that have been labelled. They were chosen because the model is unsure or contradicts: "
        "on all rows it agrees more often."
    )
    by_people = _("Of the rows that two people labelled, the newest two.")
    kpi_row(
        [
            Kpi(_("New labels"), formats.number(counts["new"]), help=_("Rows that had no label before.")),
            Kpi(_("Corrections"), formats.number(corrected), help=confirmed),
            _share(_("Model agrees"), agreement(labels, guessed), by_model),
            _share(_("People agree"), _between_people(state), by_people),
        ]
    )


def version_button(data: "DatasetRow", counts: Mapping[str, int], added: "Sequence[Added]") -> None:
    """Draw the page's primary button; a dialog says what the version will hold and asks for a name."""
    import streamlit as st

    changed = sum(counts[key] for key in ("new", "train", "validation", "test"))
    if st.button(
        _("Make a new version"), type="primary", icon=":material/library_add:", key="label_version",
        disabled=not changed,
    ):  # fmt: skip
        _version_dialog(data, counts, added)


def say_made() -> None:
    """What the last version came to, once."""
    import streamlit as st

    if SAID not in st.session_state:
        return
    name, dataset_id, already = st.session_state.pop(SAID)
    words = (
        translate("The same rows are here already, as **{name}**. Nothing was stored twice.", name=plain(name))
        if already
        else translate("**{name}** was made; the old version and its runs are as they were.", name=plain(name))
    )
    teach, go_on = link(_("Teach a model on it"), "tune", set=dataset_id), link(_("Label on"), "label", set=dataset_id)
    st.success(f"{words} {teach} · {go_on}", icon=":material/check:")


def _version_dialog(data: "DatasetRow", counts: Mapping[str, int], added: "Sequence[Added]") -> None:
    import streamlit as st

    @dialog(_("Make a new version"))
    def ask() -> None:
        st.markdown("  \n".join(_holds(counts, added)))
        short = [one for one in added if one.lacking]
        for one in short:
            st.warning(plain(_too_few(one)), icon=":material/warning:")
        judged = counts["validation"] + counts["test"]
        if judged:
            words = _n(
                "{n} correction is of a row that models are judged by. Figures on the new version cannot be set "
                "beside those on the old one.",
                "{n} corrections are of rows that models are judged by. Figures on the new version cannot be set "
                "beside those on the old one.",
                judged,
            )
            st.warning(words.format(n=judged), icon=":material/warning:")
        name = st.text_input(
            _("Name"), max_chars=120, key="label_version_name", placeholder=_("the next number, when left empty")
        )
        if st.button(_("Make it"), type="primary", key="label_version_make", disabled=bool(short)):
            with shown():
                row, already = store.version_of_labels(data.id, name.strip() or None)
                st.session_state[SAID] = (row.name, row.id, already)
                st.rerun()

    ask()


def _too_few(one: "Added") -> str:
    return _n(
        "The new class “{label}” needs {n} row more: each split must have one. Label on, or take its labels back.",
        "The new class “{label}” needs {n} rows more: each split must have one. Label on, or take its labels back.",
        one.lacking,
    ).format(label=one.label, n=formats.number(one.lacking))


def _holds(counts: Mapping[str, int], added: "Sequence[Added]") -> "Sequence[str]":
    joining = counts["new"] - sum(one.unlabelled for one in added)
    lines, numbers = [], []
    if joining:
        lines.append(_n("{n} row joins the training split.", "{n} rows join the training split.", joining))
        numbers.append(joining)
    spread = sum(one.unlabelled for one in added)
    if spread:
        lines.append(
            _n(
                "{n} row of new classes is spread over the splits.",
                "{n} rows of new classes are spread over all splits.",
                spread,
            )
        )
        numbers.append(spread)
    if counts["train"]:
        lines.append(_n("{n} training label is corrected.", "{n} training labels are corrected.", counts["train"]))
        numbers.append(counts["train"])
    said = [line.format(n=formats.number(n)) for line, n in zip(lines, numbers, strict=True)]
    return [*said, _("All other rows keep their label and their split. Rows still without a label stay so.")]


def _share(label: str, share: "Share", help: str) -> Kpi:
    if share.n == 0:
        return Kpi(label, "–", help=_("No row was labelled by both yet."))
    value = formats.percent(share.value, share.low, share.high)
    interval = formats.between(formats.percent(share.low), formats.percent(share.high))
    rows = _n("{n} row.", "{n} rows.", share.n).format(n=formats.number(share.n))
    return Kpi(label, value, "measured", interval, f"{help} {rows}")


def _between_people(state: "LabellingState") -> "Share":
    pairs = {row: given[-2:] for row, given in state.rows.items() if len(given) > 1}
    return agreement({row: pair[0].label for row, pair in pairs.items()}, {row: p[1].label for row, p in pairs.items()})

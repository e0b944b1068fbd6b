"""Runs side by side: whether they differ, and on which classes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard import evaluations, formats
from dashboard.components.address import kept_selectbox
from dashboard.components.charts.confusion import confusion, confusion_difference
from dashboard.components.charts.template import show
from dashboard.components.head import section_bar
from dashboard.components.table import words_table
from dashboard.components.text import note, one_line, plain
from dashboard.i18n import _, translate
from engine.errors import N_
from engine.evidence import measure as known_measure

if TYPE_CHECKING:
    from dashboard.store import Evaluation
    from engine.evaluation.paired import Paired

VERDICTS = {
    "better": N_("{a} is better than {b}"),
    "worse": N_("{a} is worse than {b}"),
    "no_difference": N_("{a} and {b}: no difference that the data can show"),
}
MOST_CLASSES = 20
DENSE_CLASSES = 20
"""Above this the largest differences are listed instead of drawn."""


def verdict_sentence(a: str, b: str, found: "Paired") -> str:
    """Whether run `a` differs from run `b`, by how much, and how surely. Markdown."""
    words = translate(VERDICTS[found.verdict], a=a, b=b)
    return f"**{plain(words)}**: {plain(difference(found))}"


def difference(found: "Paired") -> str:
    """`+0.6 points of macro F1 (−0.9 to +2.1)`."""
    return translate(
        "{points} of {measure} ({interval})",
        points=formats.points(found.difference, found.low, found.high),
        measure=_(known_measure(found.measure).title),
        interval=bounds(found),
    )


def whole(label: str) -> str:
    """A run's label that a narrow table column does not break at its hyphen."""
    return label.replace("-", "\u2060-\u2060")


def bounds(found: "Paired") -> str:
    """`−0.9 to +2.1`, in points, with enough decimals that an interval without zero never shows zero as its end."""
    ends = (100 * found.low, 100 * found.high)
    decided = found.verdict != "no_difference"
    places = next((p for p in (1, 2, 3) if not decided or all(round(end, p) for end in ends)), 4)
    return formats.between(*(formats.number(end, places, signed=True) for end in ends))


def difference_of_confusion(run_ids: Sequence[str], names: Sequence[str]) -> None:
    """Of each class, what the first run says oftener or rarer than another, in orange and blue."""
    import streamlit as st

    place = section_bar(_("What is taken for what"), control=len(run_ids) > 2)
    other = run_ids[1]
    if len(run_ids) > 2:
        by_id = dict(zip(run_ids, names, strict=True))
        other = kept_selectbox("with", run_ids[1:], by_id.__getitem__, _("Compared with"), place)
    name = names[list(run_ids).index(other)]
    found = evaluations.confusion_differences(run_ids[0], other)
    words = translate(
        "Points of each true class: blue where {first} says it oftener than {other}, orange where rarer.",
        first=names[0],
        other=name,
    )
    if found.matrix is None or len(found.labels) > DENSE_CLASSES:
        _largest_differences(found.largest)
    else:
        figure = confusion_difference(found.labels, found.matrix)
        show(figure, words, f"confusion_difference_{run_ids[0]}_{other}")
    st.markdown(note(plain(words)))


def _largest_differences(cells: Sequence[tuple[str, str, float]]) -> None:
    import streamlit as st

    st.table(
        {
            _("It was"): [plain(true, 40) for true, _said, _share in cells],
            _("The model said"): [plain(said, 40) for _true, said, _share in cells],
            _("Points"): [plain(formats.number(100 * share, 1, signed=True)) for _true, _said, share in cells],
        },
        border="horizontal",
        hide_index=True,
        alt=_("The largest differences"),
    )


def class_table(runs: Mapping[str, "Evaluation"]) -> None:
    """F1 of each class with its interval, a column a run; of one run also precision and recall."""
    import streamlit as st

    first = next(iter(runs.values()))
    order = sorted(range(len(first.labels)), key=lambda place: -first.per_class[place]["support"])[:MOST_CLASSES]
    columns: dict[str, list[str]] = {
        one_line(_("Class")): [plain(first.labels[place], 40) for place in order],
        one_line(_("Rows")): [formats.number(first.per_class[place]["support"]) for place in order],
    }
    names = {"f1": _("F1"), "precision": _("Precision"), "recall": _("Recall")}
    figures = ["f1", "precision", "recall"] if len(runs) == 1 else ["f1"]
    for run, evaluation in runs.items():
        for figure in figures:
            title = names[figure] if len(runs) == 1 else plain(whole(run))
            columns[title] = [_figure(evaluation.per_class[place][figure]) for place in order]
    words_table(columns, _("Figures of each class"), deciding=tuple(range(4 if len(runs) > 1 else 3)))
    if len(first.labels) > MOST_CLASSES:
        words = translate("The {most} commonest of {count} classes.", most=MOST_CLASSES, count=len(first.labels))
        st.markdown(note(plain(words)))


def confusions(runs: Mapping[str, "Evaluation"], key: str) -> None:
    """The confusion matrices, two in a row."""
    import streamlit as st

    names = list(runs)
    if len(names) == 1:
        _confusion(names[0], runs[names[0]], key)
        return
    for start in range(0, len(names), 2):
        for place, name in zip(st.columns(2, gap="medium"), names[start : start + 2], strict=False):
            with place:
                st.markdown(f"**{plain(name)}**")
                _confusion(name, runs[name], key)


def _confusion(name: str, evaluation: "Evaluation", key: str) -> None:
    if evaluation.confusion is None:
        _mistakes(evaluation)
        return
    figure = confusion(evaluation.labels, evaluation.confusion)
    show(figure, translate("Confusion matrix of {run}", run=name), f"{key}_{name}")


def _mistakes(evaluation: "Evaluation") -> None:
    import streamlit as st

    if not evaluation.mistakes:
        st.markdown(note(_("No mistake on these rows.")))
        return
    st.table(
        {
            _("It was"): [plain(true, 40) for true, _said, _count in evaluation.mistakes],
            _("The model said"): [plain(said, 40) for _true, said, _count in evaluation.mistakes],
            _("Rows"): [formats.number(count) for _true, _said, count in evaluation.mistakes],
        },
        border="horizontal",
        hide_index=True,
        alt=_("The commonest mistakes"),
    )


def _figure(figure: Mapping[str, Any]) -> str:
    value, low, high = figure["value"], figure["low"], figure["high"]
    words = formats.percent(value, low, high)
    interval = formats.interval("quality.f1_macro", low, high)
    return f"**{plain(words)}** :gray[{plain(interval)}]"

"""How good compared runs are, and whether they differ from the first: two dot plots and the table of tests."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import evaluations, formats, store
from dashboard.components.address import kept_segments
from dashboard.components.board import SIGNS
from dashboard.components.charts.dots import Dot, dot_plot
from dashboard.components.charts.template import show
from dashboard.components.compare import bounds, whole
from dashboard.components.head import section_bar
from dashboard.components.ink import on_phone
from dashboard.components.overfitting import gap_bounds
from dashboard.components.recipes import recipe_name
from dashboard.components.slices import p_words
from dashboard.components.table import words_table
from dashboard.components.text import link, listed, note, one_line, plain
from dashboard.i18n import _, translate
from engine.evidence import QUALITY
from engine.evidence import measure as known_measure

if TYPE_CHECKING:
    from dashboard.store import RunRow
    from engine.entrypoints.actions import ComparedRun, Comparison
    from engine.evaluation.paired import Paired


def choose_measure(usual: str) -> str:
    """Draw the bar with the choice of the measure; the idea's own comes first."""
    options = [usual, *(key for key in QUALITY if key != usual)]
    place = section_bar(_("How good, and how different"), control=True)
    return kept_segments("measure", options, lambda key: _(known_measure(key).title), _("Measure"), place)


def verdicts(run_ids: tuple[str, ...], places: Sequence[int | None], usual: str) -> None:
    """Draw scores, differences and tests of runs, in the colours of `places`."""
    import streamlit as st

    measure = choose_measure(usual)
    compared = store.compare_runs(run_ids, measure)
    left, right = st.columns(2, gap="medium")
    with left:
        _scores(compared, places)
    with right:
        _differences(compared, places)
    _table(compared)
    st.markdown(note(plain(_notes(compared))))


def against_sentence(compared: "Comparison") -> str:
    """How many runs are better and worse than the first. Markdown."""
    first, *others = compared.runs
    found = [one.against_first.verdict for one in others if one.against_first is not None]
    counts = {verdict: found.count(verdict) for verdict in ("better", "worse", "no_difference")}
    words = {
        "better": _("{n} better"),
        "worse": _("{n} worse"),
        "no_difference": _("{n} without a difference that the data can show"),
    }
    parts = listed(words[verdict].format(n=count) for verdict, count in counts.items() if count)
    score = first.scores.get(compared.measure)
    value = formats.value(compared.measure, score.value, score.low, score.high) if score else "–"
    head = translate(
        "Against {run} ({value} {measure}): {parts}.",
        run=first.row.label,
        value=value,
        measure=_(known_measure(compared.measure).title),
        parts=parts,
    )
    return f"**{plain(head)}** {plain(_nearest(others))}"


def _nearest(others: "Sequence[ComparedRun]") -> str:
    """The best of the others, and how it compares with the first."""
    known = [(one, one.against_first) for one in others if one.against_first is not None]
    top, found = max(known, key=lambda pair: pair[1].difference)
    points = formats.points(found.difference, found.low, found.high)
    return translate(
        "Best of the others: {run}, {points} ({interval}).", run=top.row.label, points=points, interval=bounds(found)
    )


def _scores(compared: "Comparison", places: Sequence[int | None]) -> None:
    measure = compared.measure
    dots = [_score_dot(one, measure, place) for one, place in zip(compared.runs, places, strict=True)]
    known = [dot for dot in dots if dot is not None]
    if not known:
        return
    title = translate("{measure}, %, validation, 95% interval", measure=_(known_measure(measure).title))
    baseline = compared.runs[0].scores[measure].baseline
    figure = dot_plot(
        known,
        title,
        baseline=None if baseline is None else 100 * baseline,
        baseline_name=_("always the commonest class"),
    )
    show(figure, translate("Dot plot: {measure} of each run", measure=title), f"verdict_scores_{measure}")


def _score_dot(one: "ComparedRun", measure: str, place: int | None) -> Dot | None:
    score = one.scores.get(measure)
    if score is None:
        return None
    text = formats.value(measure, score.value, score.low, score.high).removesuffix("%")
    return Dot(one.row.label, 100 * score.value, 100 * score.low, 100 * score.high, text, place)


def _differences(compared: "Comparison", places: Sequence[int | None]) -> None:
    first, *others = compared.runs
    dots = []
    for one, place in zip(others, places[1:], strict=True):
        found = one.against_first
        if found is not None:
            text = f"{SIGNS[found.verdict]} {formats.number(100 * found.difference, 1, signed=True)}"
            dots.append(Dot(one.row.label, 100 * found.difference, 100 * found.low, 100 * found.high, text, place))
    title = translate("Points against {run}, same rows, 95% interval", run=first.row.label)
    figure = dot_plot(dots, title.replace(", ", ",<br>", 1) if on_phone() else title, baseline=0.0)
    show(figure, translate("Dot plot: {measure}", measure=title), f"verdict_differences_{compared.measure}")


def _table(compared: "Comparison") -> None:

    runs, measure = compared.runs, compared.measure
    columns = {
        one_line(_("Run")): [link(whole(one.row.label), "runs", run=one.row.id) for one in runs],
        one_line(_("Recipe")): [plain(recipe_name(one.row.recipe)) for one in runs],
        one_line(_(known_measure(measure).title)): [_score(one, measure) for one in runs],
        one_line(_("Against the first, points")): [_against(one.against_first) for one in runs],
        one_line(_("p, Holm")): [
            plain(p_words(one.against_first.p_adjusted)) if one.against_first else "" for one in runs
        ],
        one_line(_("McNemar")): [
            plain(p_words(one.against_first.mcnemar_p)) if one.against_first else "" for one in runs
        ],
        one_line(_("Training rows, points more")): [_train_gap(one.row, measure) for one in runs],
    }
    words_table(columns, _("Each run against the first"), deciding=(0, 2, 3))


def _score(one: "ComparedRun", measure: str) -> str:
    score = one.scores.get(measure)
    if score is None:
        return "–"
    value = formats.value(measure, score.value, score.low, score.high)
    return f"**{plain(value)}** :gray[{plain(formats.interval(measure, score.low, score.high))}]"


def _against(found: "Paired | None") -> str:
    if found is None:
        return f":gray[{_('the first')}]"
    difference = formats.number(100 * found.difference, 1, signed=True)
    return f"**{SIGNS[found.verdict]} {plain(difference)}** :gray[{plain(bounds(found))}]"


def _train_gap(row: "RunRow", measure: str) -> str:
    fit = evaluations.train_gap(row.id, measure)
    if fit is None:
        return "–"
    words = f"{plain(formats.number(100 * fit.gap.value, 1, signed=True))} :gray[{plain(gap_bounds(fit))}]"
    return f"{words} :orange-badge[:material/warning: {_('over-fits')}]" if fit.verdict == "large" else words


def _notes(compared: "Comparison") -> str:
    found = [one.against_first for one in compared.runs if one.against_first is not None]
    rows = sorted({one.n for one in found})
    counts = (
        formats.number(rows[0])
        if len(rows) == 1
        else formats.between(*(formats.number(n) for n in rows[:: len(rows) - 1]))
    )
    return translate(
        "Paired bootstrap on the validation rows that both answered ({rows}). Better or worse is said when the 95% "
        "interval excludes zero and p stays below 0.05 after Holm's correction for all tests here ({tests}). McNemar's "
        "exact test: of accuracy, uncorrected. Last column: how much better a run is on a sample of its training rows.",
        rows=counts,
        tests=len(found),
    )

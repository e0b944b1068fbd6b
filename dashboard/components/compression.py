"""What each point of accuracy costs: a run beside the smaller ones that were made of it."""

from typing import TYPE_CHECKING

from dashboard import formats, store
from dashboard.components.compare import bounds
from dashboard.components.errors import shown
from dashboard.components.head import section_bar
from dashboard.components.recipes import recipe_name
from dashboard.components.scope import USUAL_LIMIT_MS
from dashboard.components.text import link, listed, note, one_line, plain, url
from dashboard.i18n import _, _n, translate
from engine.errors import N_
from engine.evaluation.compression import LARGEST_LOSS, LEAST_ROWS
from engine.evidence import MEASURES

if TYPE_CHECKING:
    from dashboard.store import Family, RunDetail, Smaller

SAVED = ("size.artifact_mb", "latency.p95_ms", "cost.per_1k_requests_usd")
"""What the sentence and the column of points speak of; the table shows p50 too."""
SHOWN = ("size.artifact_mb", "latency.p50_ms", "latency.p95_ms", "cost.per_1k_requests_usd")
FITNESS = {
    "fit": ("green", ":material/check:", N_("fit to serve")),
    "loses": ("orange", ":material/trending_down:", N_("loses too much")),
    "unproved": ("gray", ":material/help:", N_("not proved")),
}
LESS = {
    "size.artifact_mb": N_("{share} fewer bytes"),
    "latency.p95_ms": N_("{share} less latency"),
    "cost.per_1k_requests_usd": N_("{share} cheaper"),
}
MORE = {
    "size.artifact_mb": N_("{share} more bytes"),
    "latency.p95_ms": N_("{share} more latency"),
    "cost.per_1k_requests_usd": N_("{share} dearer"),
}
CAUTIONS = {
    "loses": N_("This smaller model differs from the one it was made of by {points} of accuracy on {rows} rows."),
    "unproved": N_("Whether this smaller model lost accuracy is not proved: {rows} rows are too few."),
}
NOISE = 0.005
"""A saving below half a percent is not worth a word."""


def compression_part(detail: "RunDetail", _measure: str) -> None:
    """The part of a run's page: the family of the run, or the way to a smaller model."""
    import streamlit as st

    limit = detail.latency_limit_ms or USUAL_LIMIT_MS
    with shown():
        family = store.price_of_points(detail.row.id, limit)
        title = _("What each point of accuracy costs")
        place = section_bar(title, note=_note(limit) if family.smaller else "", control=True)
        with place:
            st.link_button(_("Make it smaller"), _tune(detail.row), icon=":material/compress:")
        if family.smaller:
            _family(family, detail.row.id)
        else:
            st.markdown(_("Nothing smaller was made of this run yet. Quantizing takes seconds and needs no training."))


def families(scope_product: int | None, scope_dataset: int | None, limit: float) -> None:
    """The part of the Runs page: the newest families of an idea or a data set; nothing when there are none."""
    for run_id in store.compressed_sources(scope_product, scope_dataset):
        with shown():
            family = store.price_of_points(run_id, limit)
            section_bar(_("What each point of accuracy costs"), note=_note(limit))
            _family(family, None)


def caution(detail: "RunDetail") -> None:
    """Before a compressed run is adopted: that it loses too much, or that nothing is proved. Nothing when it is fit."""
    import streamlit as st

    found = detail.facts.get("against_source") or {}
    if found.get("fitness") not in CAUTIONS:
        return
    points = formats.points(found["difference"], found["low"], found["high"])
    words = translate(CAUTIONS[found["fitness"]], points=points, rows=formats.number(found["rows"]))
    st.warning(plain(words), icon=":material/compress:")


def _tune(row: "store.RunRow") -> str:
    return url("tune", idea=row.product_slug, set=row.dataset_id, source=row.id)


def _note(limit: float) -> str:
    return translate(
        "Fit to serve: at most {points} points of accuracy lost on at least {rows} rows. Cost at p95 within {limit}. "
        "In grey: the first model, where it was timed in the same minutes.",
        points=formats.number(100 * LARGEST_LOSS, 1),
        rows=formats.number(LEAST_ROWS),
        limit=formats.milliseconds(limit),
    )


def _family(family: "Family", here: str | None) -> None:
    import streamlit as st

    for one in family.smaller:
        st.markdown(f"{_badge(one)} {_sentence(one)}")
    members = (family.source, *family.smaller)
    columns: dict[str, list[str]] = {
        one_line(_("Run")): [_name(m.row, here, first=place == 0) for place, m in enumerate(members)],
        one_line(_("Accuracy, points (95%)")): [_("the model it began with"), *map(_difference, family.smaller)],
    }
    for key in SHOWN:
        first = plain(formats.value(key, family.source.needs[key])) if key in family.source.needs else "–"
        columns[one_line(_(MEASURES[key].title))] = [first, *(_need(key, one) for one in family.smaller)]
    columns[one_line(_("Saved a point lost"))] = ["–", *map(_per_point, family.smaller)]
    st.table(columns, border="horizontal", hide_index=True, alt=_("A run and the smaller ones made of it"))


def _badge(one: "Smaller") -> str:
    colour, icon, words = FITNESS[one.fitness]
    return f":{colour}-badge[{icon} {_(words)}]"


def _sentence(one: "Smaller") -> str:
    """Whether anything was lost, and what was saved. Markdown."""
    name = plain(one.row.label)
    found = one.accuracy
    if found.verdict == "no_difference":
        lost = translate("{run} lost nothing that the data can show", run=name)
    elif found.verdict == "better":
        lost = translate("{run} is even more accurate", run=name)
    else:
        lost = translate("{run} lost accuracy", run=name)
    points = formats.points(found.difference, found.low, found.high)
    rows = _n("on {n} row", "on {n} rows", found.n).format(n=formats.number(found.n))
    said = [_gain(key, one.saved[key].share) for key in SAVED if key in one.saved]
    template = (
        N_("{lost}: {points} ({between}) {rows}; {gains}.") if any(said) else N_("{lost}: {points} ({between}) {rows}.")
    )
    figures = {name: plain(text) for name, text in (("points", points), ("between", bounds(found)), ("rows", rows))}
    return translate(template, lost=f"**{lost}**", gains=plain(listed(said)), **figures)


def _gain(key: str, share: float) -> str:
    if abs(share) < NOISE:
        return ""
    return translate((LESS if share > 0 else MORE)[key], share=formats.typed_percent(round(abs(share), 2)))


def _name(row: "store.RunRow", here: str | None, *, first: bool) -> str:
    words = recipe_name(row.recipe)
    mark = f" {_('(this run)')}" if row.id == here else ""
    return f"{one_line(link(row.label, 'runs', run=row.id, part='size') + mark)}  \n{note(plain(words))}"


def _need(key: str, one: "Smaller") -> str:
    """A figure of a smaller run, and in grey that of the source from the same minutes."""
    if key not in one.needs:
        return "–"
    words = one_line(plain(formats.value(key, one.needs[key])))
    if key not in one.beside:
        return words
    return f"{words} {note(one_line(plain(translate('of {figure}', figure=formats.value(key, one.beside[key])))))}"


def _difference(one: "Smaller") -> str:
    found = one.accuracy
    points = formats.number(100 * found.difference, 2 if abs(found.difference) < 0.01 else 1, signed=True)
    return f"**{plain(points)}** {note(plain(bounds(found)))}"


def _per_point(one: "Smaller") -> str:
    """What each point brings, or that nothing was lost."""
    if one.accuracy.verdict != "worse":
        return note(_("nothing lost that the data can show"))
    return "  \n".join(
        plain(formats.value(key, gain.per_point))
        for key in SAVED
        if (gain := one.saved.get(key)) and gain.per_point is not None and abs(gain.share) >= NOISE
    )

"""Which way to teach: a short list above the recipes, and how often its first choice won."""

from collections.abc import Sequence

from dashboard import formats, store
from dashboard.components.estimates.foreseen import dollars, duration
from dashboard.components.head import section_bar
from dashboard.components.ink import on_phone
from dashboard.components.recipes import recipe_name
from dashboard.components.table import words_table
from dashboard.components.text import note, one_line, plain, sentences, unbroken
from dashboard.i18n import _, _n, translate
from dashboard.store.estimates import Advised, Kept, advised, keep_advice
from engine.errors import ProspectusError

__all__ = ["advice_part", "advice_table", "keep_advice", "latency_limit", "won_sentence"]
SHORT = 3


def advice_part(dataset_id: int, task: str, latency_limit_ms: float | None) -> None:
    """Draw the first few ways for a data set; nothing where no way is known."""
    found = advised(dataset_id, task, latency_limit_ms)
    if isinstance(found, ProspectusError) or not found:
        return
    section_bar(_("What we expect to win"), note=plain(_said(latency_limit_ms)))
    advice_table(found[:SHORT])


def latency_limit(slug: str | None) -> float | None:
    """What the idea allows one request, where there is an idea."""
    return next((row.bar.latency_limit_ms for row in store.portfolio() if row.slug == slug), None)


def advice_table(found: Sequence[Advised]) -> None:
    """One row a way, the best first."""
    import streamlit as st

    heads = (_("Way"), _("Expected accuracy"), _("Time"), _("Cost"), _("Because"))
    rows = [_row(place, one) for place, one in enumerate(found, start=1)]
    shown = heads[:-1] if on_phone() else heads
    columns = {one_line(head): [row[place] for row in rows] for place, head in enumerate(shown)}
    words_table(columns, deciding=(0, 1, 3))
    if on_phone():
        for place, row in enumerate(rows, start=1):
            st.markdown(note(f"{place}\u2060. {row[-1]}"))


def won_sentence(kept: Sequence[Kept]) -> str:
    """How often the first choice won afterwards; plain text."""
    if not kept:
        return _("No advice has been put to the test yet: that takes two ways tried on data that it was given for.")
    won = sum(one.first == one.best for one in kept)
    sets = _n("{n} data set", "{n} data sets", len(kept)).format(n=len(kept))
    return translate(
        "Of {sets} on which at least two ways were tried, the first choice won on {won}.",
        sets=sets,
        won=formats.number(won),
    )


def _row(place: int, one: Advised) -> tuple[str, ...]:
    name = unbroken(plain(recipe_name(one.way.recipe)))
    value, low, high = one.quality
    ends = formats.between(*(formats.number(100 * end) for end in (low, high)))
    money, time = dollars(one.way.usd)[0], duration(one.way.seconds)[0]
    reasons = "; ".join(translate(template, **values) for template, values in one.reasons)
    model = f" {note(plain(one.way.model))}" if one.way.model else ""
    return (
        f"{place}\u2060. **{name}**{model}" if one.fits else f"{place}\u2060. {name}{model}",
        f"**{one_line(plain(formats.number(100 * value) + '%'))}** {note(one_line(plain(ends)))}",
        one_line(plain(time)),
        one_line(plain(money)),
        plain(reasons) if on_phone() else one_line(plain(reasons)),
    )


def _said(latency_limit_ms: float | None) -> str:
    words = _("Ranked by the quality to be expected, from finished runs and a stated prior; 90% intervals.")
    if latency_limit_ms is None:
        return words
    limit = translate("Latency limit {ms} ms.", ms=formats.number(latency_limit_ms))
    return sentences(words, limit)

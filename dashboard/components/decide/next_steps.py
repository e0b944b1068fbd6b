"""What to find out first: one card each, with what knowing it would be worth and the way there."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_badge
from dashboard.components.business.words import figure_title
from dashboard.components.decide.narrow import narrow_dialog
from dashboard.components.errors import shown
from dashboard.components.head import section_bar
from dashboard.components.recipes import recipe_name
from dashboard.components.text import link, listed, note, plain, sentences, url
from dashboard.i18n import _, translate
from dashboard.store import plans
from engine.errors import N_
from engine.portfolio.ways import FORECAST, LIFETIME, SMALLER, TEACH, Facts, Way, ways_of

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

CARDS = 3
QUEUED = "plan_queued"
TYPE = "type"
RUNS = {
    TEACH: N_("Queue the run that tells"),
    SMALLER: N_("Queue it in 8 bits"),
    FORECAST: N_("Queue the forecast"),
    LIFETIME: N_("Queue the fit"),
}
PAGES = {
    "data": N_("Bring examples"),
    "forecasts": N_("Bring its series"),
    "unit_economics": N_("Bring what customers did"),
    "users": N_("Bring events"),
    "rates": N_("Check the rate"),
    TYPE: N_("Type nearer ends"),
}
AFTER = {
    TEACH: N_("Then take the new figure into the business."),
    SMALLER: N_("Then take the new figure into the business."),
    FORECAST: N_("Then say how far leads grow with the market."),
    LIFETIME: N_("Then see it on Customers."),
}


def told_queued() -> None:
    """Say what the last click queued or saved, once."""
    import streamlit as st

    if said := st.session_state.pop(QUEUED, None):
        st.success(said, icon=":material/playlist_add_check:")


def next_part(ranking: "plans.Ranking") -> None:
    """The most valuable ones as cards, side by side, the others as rows; what a run would tell is queued from here."""
    import streamlit as st

    if not ranking.next:
        st.markdown(note(_("No single figure could change which idea is best.")))
        return
    facts = {"": Facts(), **plans.supplies(tuple(idea.slug for idea in ranking.ideas)).facts}
    sharing = [idea.slug for idea in ranking.ideas if idea.reason is None]
    for place, step in zip(st.columns(CARDS, gap="small"), ranking.next, strict=False):
        with place, st.container(border=True, height="stretch"):
            st.markdown(f"**{plain(figure_title(step.key))}** {grade_badge(step.grade)}")
            st.markdown(note(plain(step.idea or _("all ideas"))))
            worth = translate(
                "Knowing it exactly is worth {usd}, {share} of knowing everything.",
                usd=formats.money(step.worth_usd),
                share=formats.chance(step.share),
            )
            st.markdown(plain(worth))
            _ways(step, ways_of(step.key, step.measure, facts[step.slug]), facts[step.slug], sharing)
    rest = ranking.next[CARDS:]
    if rest:
        with st.expander(_("More that is worth knowing")):
            for step in rest:
                _row(step, ways_of(step.key, step.measure, facts[step.slug]), facts[step.slug], sharing)


def _row(step: "plans.Next", ways: Sequence[Way], facts: Facts, sharing: Sequence[str]) -> None:
    """The same in one line, with the best way to it."""
    import streamlit as st

    text, button = st.columns([0.72, 0.28], vertical_alignment="center")
    worth = translate("{idea}, worth up to {usd}", idea=step.idea or _("all ideas"), usd=formats.money(step.worth_usd))
    text.markdown(f"**{plain(figure_title(step.key))}** {grade_badge(step.grade)} {plain(worth)}")
    _button(button, ways[0], step, facts, sharing)


def _ways(step: "plans.Next", ways: Sequence[Way], facts: Facts, sharing: Sequence[str]) -> None:
    """Why no run tells it, if none does, and the ways to it as buttons."""
    import streamlit as st

    runs = [way for way in ways if way.run]
    if runs and facts.live_run:
        st.markdown(_at_work(facts))
    for why in dict.fromkeys(way.why for way in ways if way.why):
        st.markdown(note(plain(_(why))))
    row = st.container(horizontal=True)
    for way in ways:
        _button(row, way, step, facts, sharing)


def _button(place: "DeltaGenerator", way: Way, step: "plans.Next", facts: Facts, sharing: Sequence[str]) -> None:
    """One way to a figure of a business."""
    key = f"next_{step.slug}_{step.key}_{way.run or way.page}"
    if way.run:
        _run_button(place, way, step.slug, step.measure or step.key, figure_title(step.key), facts, key)
    elif way.page != TYPE:
        place.link_button(_(PAGES[way.page]), _address(way.page, step.slug), icon=":material/arrow_forward:")
    elif place.button(_(PAGES[TYPE]), icon=":material/edit:", key=key):
        narrow_dialog(step, [step.slug] if step.slug else sharing)


def _run_button(  # noqa: PLR0917  one button
    place: "DeltaGenerator", way: Way, slug: str, measure: str, title: str, facts: Facts, key: str
) -> None:
    """Queue it and say, on the page drawn next, what was queued; what hinders it is said in its place."""
    import streamlit as st

    if place.button(_(RUNS[way.run]), icon=":material/play_arrow:", key=key, disabled=bool(facts.live_run)):
        with shown():
            st.session_state[QUEUED] = queued_words(way.run, slug, title, plans.queue_supply(slug, measure, way.run))
            st.rerun()


def _address(page: str, slug: str) -> str:
    return url(page, add=1) if page == "data" else url(page, idea=slug or None)


def queued_words(way: str, slug: str, title: str, queued: "plans.Queued") -> str:
    """What was queued, what it should take where that is known, and what then. Markdown."""
    name = listed([recipe_name(queued.recipe), queued.model])
    what = translate("{way} on {data}.", way=name, data=queued.about)
    if queued.seconds is not None and queued.usd is not None:
        what = translate(
            "{way} on {data}: about {time} and {usd}.",
            way=name,
            data=queued.about,
            time=formats.duration(queued.seconds),
            usd=formats.money(queued.usd),
        )
    run = translate("Run {id} is queued.", id=queued.run_id[:4])
    then = translate("It tells “{what}”.", what=title)
    page = "unit_economics" if way == LIFETIME else "business"
    after = link(_(AFTER[way]), page, idea=slug)
    return sentences(f"**[{plain(run)}]({url('runs', run=queued.run_id)})**", plain(what), plain(then), after)


def gaps_part(slugs: tuple[str, ...]) -> None:
    """What nobody knows at all: with a run the button that queues it, else the page that takes it."""

    found = plans.supplies(slugs)
    if not found.gaps:
        return
    section_bar(
        _("Not known at all"),
        note=_("The bar and the lenses need these. No simulated business uses them, so their worth is not known."),
    )
    for gap in found.gaps:
        if gap.ways[0].run:
            _gap_row(gap, found.facts[gap.slug])
    by_hand: dict[tuple[str, str, str], list[plans.Gap]] = {}
    for gap in found.gaps:
        if not gap.ways[0].run:
            by_hand.setdefault((gap.title, gap.ways[0].page, gap.ways[0].why), []).append(gap)
    for them in by_hand.values():
        _gaps_row(them)


def _gap_row(gap: "plans.Gap", facts: Facts) -> None:
    """One that a run tells."""
    import streamlit as st

    text, button = st.columns([0.72, 0.28], vertical_alignment="center")
    named = f"**{plain(_(gap.title))}** · {link(gap.idea, 'product', idea=gap.slug)}"
    text.markdown(sentences(named, _at_work(facts)))
    _run_button(button, gap.ways[0], gap.slug, gap.key, _(gap.title), facts, f"gap_{gap.slug}_{gap.key}")


def _gaps_row(gaps: Sequence["plans.Gap"]) -> None:
    """One figure that no run can tell yet, of all ideas that are hindered by the same."""
    import streamlit as st

    first, way = gaps[0], gaps[0].ways[0]
    text, button = st.columns([0.72, 0.28], vertical_alignment="center")
    ideas = listed(link(gap.idea, "product", idea=gap.slug) for gap in gaps)
    text.markdown(f"**{plain(_(first.title))}** · {ideas}  \n{note(plain(_(way.why)))}")
    address = _address(way.page, first.slug if len(gaps) == 1 else "")
    button.link_button(_(PAGES[way.page]), address, icon=":material/arrow_forward:")


def _at_work(facts: Facts) -> str:
    """That a run of the idea comes first, with the way to it; "" when none does. Markdown."""
    if not facts.live_run:
        return ""
    said = translate("Run {id} of the idea waits or is at work: it comes first.", id=facts.live_run[:4])
    return note(f"[{plain(said)}]({url('runs', run=facts.live_run)})")

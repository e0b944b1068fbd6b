"""What to find out first: one card each, with what knowing it would be worth and the way there."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_badge
from dashboard.components.errors import shown
from dashboard.components.recipes import recipe_name
from dashboard.components.text import link, note, plain, sentences, url
from dashboard.i18n import _, translate
from engine.errors import N_

if TYPE_CHECKING:
    from dashboard.store.plans import Next, Queued

CARDS = 3
QUEUED = "plan_queued"
WAYS = {
    "cost": ("rates", N_("Check the rate"), N_("No run measures a price: a dated rate with its source does.")),
    "market": (
        "users",
        N_("Bring what customers did"),
        N_("No run measures it: only what customers did tells, as a table of events or subscriptions."),
    ),
}
"""Subject of a measure to the page that supplies it, and why no run can."""
BY_HAND = (
    "business",
    N_("Narrow it in the scenario"),
    N_("No run measures it: ask those who know, then type nearer ends."),
)


def next_cards(
    steps: Sequence["Next"], run_supplies: Callable[[str], bool], queue: "Callable[[str, str], Queued]"
) -> None:
    """The most valuable ones as cards, side by side; what a run would tell is queued from here."""
    import streamlit as st

    if said := st.session_state.pop(QUEUED, None):
        st.success(said, icon=":material/playlist_add_check:")
    first = steps[:CARDS]
    if not first:
        st.markdown(note(_("No single figure could change which idea is best.")))
        return
    for place, step in zip(st.columns(CARDS, gap="small"), first, strict=False):
        with place, st.container(border=True, height="stretch"):
            st.markdown(f"**{plain(_(step.title))}** {grade_badge(step.grade)}")
            st.markdown(note(plain(step.idea or _("all ideas"))))
            st.markdown(
                plain(
                    translate(
                        "Knowing it exactly is worth {usd}, {share} of knowing everything.",
                        usd=formats.money(step.worth_usd),
                        share=formats.chance(step.share),
                    )
                )
            )
            if step.slug and run_supplies(step.measure):
                if st.button(
                    _("Queue the run that tells"), icon=":material/play_arrow:", key=f"next_{place_key(step)}"
                ):
                    _queue(step, queue)
                continue
            page, words, why = WAYS.get(step.measure.split(".")[0], BY_HAND) if step.measure else BY_HAND
            st.markdown(note(plain(_(why))))
            st.link_button(_(words), url(page, idea=step.slug or None), icon=":material/arrow_forward:")


def place_key(step: "Next") -> str:
    """Names a step among all of the page."""
    return f"{step.slug}_{step.key}"


def _queue(step: "Next", queue: "Callable[[str, str], Queued]") -> None:
    """Queue it and say, on the page drawn next, what was queued; what hinders it is said in the card."""
    import streamlit as st

    with shown():
        st.session_state[QUEUED] = queued_words(step, queue(step.slug, step.measure))
        st.rerun()


def queued_words(step: "Next", queued: "Queued") -> str:
    """What was queued, what it should take, and what then. Markdown."""
    way = f"{recipe_name(queued.recipe)}, {queued.model}" if queued.model else recipe_name(queued.recipe)
    what = translate(
        "{way} on {data}: about {time} and {usd}.",
        way=way,
        data=queued.dataset,
        time=formats.duration(queued.seconds),
        usd=formats.money(queued.usd),
    )
    run = translate("Run {id} is queued.", id=queued.run_id[:4])
    then = translate("It measures “{what}” of {idea}.", what=_(step.title), idea=step.idea)
    after = link(_("Then take the new figure into the business."), "business", idea=step.slug)
    return sentences(f"**[{plain(run)}]({url('runs', run=queued.run_id)})**", plain(what), plain(then), after)


def next_table(steps: Sequence["Next"]) -> None:
    """The rest of them as rows."""
    import streamlit as st

    rest = steps[CARDS:]
    if not rest:
        return
    with st.expander(_("More that is worth knowing")):
        st.table(
            {
                _("Figure"): [plain(_(step.title)) for step in rest],
                _("Idea"): [plain(step.idea or _("all ideas")) for step in rest],
                _("Grade"): [grade_badge(step.grade) for step in rest],
                _("Worth up to"): [plain(formats.money(step.worth_usd)) for step in rest],
            },
            border="horizontal",
            hide_header=False,
            hide_index=True,
            alt=_("Further figures by what knowing them is worth"),
        )

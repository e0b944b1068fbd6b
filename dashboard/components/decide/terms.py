"""What an idea asks of a plan beside money: people, what it needs first, what it replaces, whether it is a must."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from dashboard.components.author import author_field
from dashboard.components.errors import guarded, shown
from dashboard.i18n import _

if TYPE_CHECKING:
    from dashboard.store.plans import Asked, Terms


def terms_dialog(names: Mapping[str, str], known: "Mapping[str, Terms | Asked]", save: Callable[..., None]) -> None:
    """Draw the form for one idea at a time; the newest terms count."""
    import streamlit as st

    @st.dialog(_("What an idea asks of the plan"), icon=":material/rule:")
    @guarded
    def ask() -> None:
        slug = st.selectbox(_("Idea"), list(names), format_func=names.__getitem__, key="terms_idea")
        own = known.get(slug)
        others = [other for other in names if other != slug]
        with st.form(f"terms_{slug}", border=False, enter_to_submit=False):
            people = st.number_input(
                _("People it occupies"), 0.0, None, own.people if own else 1.0, 0.5, "%g", key=f"terms_{slug}_people"
            )
            needs = st.multiselect(
                _("Needs first"),
                others,
                [other for other in (own.needs if own else ()) if other in others],
                format_func=names.__getitem__,
                key=f"terms_{slug}_needs",
            )
            excludes = st.multiselect(
                _("Stands in place of"),
                others,
                [other for other in (own.excludes if own else ()) if other in others],
                format_func=names.__getitem__,
                key=f"terms_{slug}_excludes",
            )
            must = st.checkbox(_("It must be built"), own.must if own else False, key=f"terms_{slug}_must")
            why = st.text_input(_("Reason"), key=f"terms_{slug}_why")
            author = author_field("terms_author")
            pressed = st.form_submit_button(_("Save"), type="primary", key=f"terms_{slug}_go")
        if pressed:
            with shown():
                save(slug=slug, people=people, needs=needs, excludes=excludes, must=must, why=why or "", author=author)
                st.rerun()

    ask()

"""What customers really did: bring a table, see it beside the plan, put it into the scenario; and their lifetime."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.author import author_field
from dashboard.components.business.inputs_form import save_and_open
from dashboard.components.business.words import money
from dashboard.components.charts.beside import beside
from dashboard.components.charts.template import show
from dashboard.components.errors import message, show_error, shown
from dashboard.components.head import section_bar
from dashboard.components.text import link, note, one_line, plain, sentences
from dashboard.i18n import _, _n, translate
from dashboard.store import business as store
from engine.business.actuals import KINDS
from engine.errors import N_, InputError

if TYPE_CHECKING:
    from engine.business.scenario import Scenario
    from engine.entrypoints.actions.actuals import Fit, Kept

READ = "actuals_read"
USABLE = ("churn", "early_churn", "requests_per_customer")
"""What of a table a scenario can use."""
KIND_NAMES = {"subscriptions": N_("Subscriptions"), "invoices": N_("Invoices"), "purchases": N_("Purchases")}
KIND_HELP = {
    "subscriptions": N_("Columns: customer, start, end (empty while it lasts)."),
    "invoices": N_("Columns: customer, date, amount in US$; requests when you have them."),
    "purchases": N_("Columns: customer, date, amount in US$. Their lifetime is fitted too, in the queue."),
}


def plan_beside(
    slug: str, scenario: "Scenario", model: str, use: Callable[[int, str], str], opened: Callable[[str], None]
) -> None:
    """A brought table beside the plan, month by month, with a button that uses its churn. Raises Unknown."""
    import streamlit as st

    kept = [row for row in store.kept_actuals(slug) if row.kind in KINDS]
    if not kept:
        return
    chosen = _table_of(kept)
    rows = store.beside(slug, scenario, model, chosen.id)
    within = sum(row.within for row in rows)
    said = translate(
        "{file}: in {n} of {all} months the customers lay within the plan's 90%.",
        file=chosen.name,
        n=within,
        all=len(rows),
    )
    st.markdown(note(plain(said)))
    paid = [row for row in rows if row.seen_revenue_usd is not None]
    if paid:
        left, right = st.columns(2, gap="medium")
        with left:
            show(beside(rows), plain(said), "plan_beside")
        with right:
            show(beside(paid, revenue=True), _("Revenue: the plan and what was seen"), "plan_beside_revenue")
    else:
        show(beside(rows), plain(said), "plan_beside")
    _seen(chosen.document)
    if all(chosen.document[name] is None for name in USABLE):
        return
    with st.form("use_actuals", border=False, enter_to_submit=False):
        author = author_field("use_author")
        pressed = st.form_submit_button(_("Use what was seen"), icon=":material/sync:", key="use_go")
    if pressed:
        save_and_open(author, lambda: use(chosen.id, author), opened)


def _table_of(kept: "Sequence[Kept]") -> "Kept":
    """The newest, or the one that is chosen of several."""
    place = section_bar(_("Plan against actual"), control=len(kept) > 1)
    if len(kept) == 1:
        return kept[0]
    by_id = {row.id: row for row in kept}
    number = place.selectbox(
        _("Table"),
        list(by_id),
        format_func=lambda number: f"{by_id[number].name}, {_(KIND_NAMES[by_id[number].kind])}",
        label_visibility="collapsed",
        key="actuals_table",
    )
    return by_id[number]


def _seen(document: Mapping[str, Any]) -> None:
    import streamlit as st

    churn, mean, top = document["churn"], document["requests_per_customer"], document["top_tenth_share"]
    parts = []
    if churn is not None:
        ends = formats.between(formats.percent(churn["low"]), formats.percent(churn["high"]))
        parts.append(translate("Churn a month {share}, {ends}.", share=formats.percent(churn["value"]), ends=ends))
    if mean is not None:
        parts.append(translate("{n} requests of a customer and month.", n=formats.number(mean)))
    if top is not None:
        parts.append(translate("The heaviest tenth asks {share} of all.", share=formats.percent(top, 0, 1)))
    if parts:
        st.markdown(plain(" ".join(parts)))


def lifetimes(slug: str) -> None:
    """The newest fitted lifetime: how well it foretold the weeks it had not seen, in sum and by tenth."""
    import streamlit as st

    kept = store.kept_actuals(slug)
    fitted = [row for row in kept if row.kind == "lifetime"]
    waiting = store.fit(slug)
    if waiting is not None:
        section_bar(_("How often customers come back"))
        _fit(slug, waiting)
    if not fitted:
        return
    found = fitted[0].document
    judged = found["judged"]
    if waiting is None:
        section_bar(_("How often customers come back"))
    else:
        st.markdown(note(plain(_("Of the purchases that were brought before:"))))
    said = translate(
        "In {weeks} weeks that it had not seen, the model expected {expected} purchases of {customers} customers; "
        "{seen} came ({error}). Going on as before would have said {naive}.",
        weeks=round(judged["held_out_weeks"]),
        expected=formats.number(judged["expected"]),
        customers=formats.number(judged["customers"]),
        seen=formats.number(judged["seen"]),
        error=_error(judged["error"]),
        naive=formats.number(judged["as_before"]),
    )
    st.markdown(plain(said))
    if judged["expected_usd"] is not None:
        spent = translate(
            "They were expected to spend {expected} and spent {seen} ({error}).",
            expected=money(judged["expected_usd"]),
            seen=money(judged["seen_usd"]),
            error=_error(judged["error_usd"]),
        )
        st.markdown(plain(spent))
    _tenths_table(judged["tenths"])
    more = [translate("In the next year {n} purchases a customer.", n=formats.number(found["next_year_purchases"], 2))]
    if found["next_year_usd"] is not None:
        more.append(translate("Worth {usd} of revenue each.", usd=money(found["next_year_usd"])))
    more.append(translate("{share} are still customers.", share=formats.percent(found["alive"], 0, 1)))
    st.markdown(note(plain(" ".join(more))))


def _fit(slug: str, waiting: "Fit") -> None:
    """How far the fit of the newest purchases is: at work, failed with the reason, or to be queued again."""
    import streamlit as st

    run = link(translate("Run {id}", id=waiting.run_id[:4]), "runs", run=waiting.run_id)
    if waiting.state == "failed" and waiting.fault is not None:
        st.warning(f"{plain(message(waiting.fault))} {run}", icon=":material/warning:")
    elif waiting.state in ("queued", "running"):
        st.markdown(note(sentences(plain(_("The newest purchases are being fitted, or wait for it.")), run)))
    else:
        st.markdown(note(plain(_("No lifetime was fitted to the newest purchases yet."))))
        if st.button(_("Queue the fit"), icon=":material/play_arrow:", key="actuals_fit"):
            with shown():
                store.fit_lifetime(slug, waiting.number)
                st.rerun()


def _error(share: float | None) -> str:
    return "–" if share is None else f"{share:+.0%}".replace("-", formats.MINUS)


def _tenths_table(tenths: Sequence[Mapping[str, Any]]) -> None:
    import streamlit as st

    columns = {
        one_line(_("Tenth, by what was expected")): [str(place + 1) for place in range(len(tenths))],
        _("Expected"): [formats.number(tenth["expected"], 2) for tenth in tenths],
        _("Seen"): [formats.number(tenth["seen"], 2) for tenth in tenths],
    }
    if tenths[0]["expected_usd"] is not None:
        columns[one_line(_("Expected, US$"))] = [formats.number(tenth["expected_usd"], 2) for tenth in tenths]
        columns[one_line(_("Seen, US$"))] = [formats.number(tenth["seen_usd"], 2) for tenth in tenths]
    said = _("Purchases of a customer in the held-out weeks, by tenth")
    st.markdown(note(plain(said)))
    st.table(columns, border="horizontal", hide_index=True, alt=said)


def bring_form(slug: str, *, planned: bool) -> None:
    """The form that a table of what really happened is brought with; `planned` says whether a plan stands above."""
    import streamlit as st

    section_bar(_("Bring what really happened"))
    if said := st.session_state.pop(READ, None):
        st.success(said, icon=":material/check:")
    kind = st.segmented_control(
        _("What is in the file?"),
        KINDS,
        default=KINDS[0],
        required=True,
        format_func=lambda name: _(KIND_NAMES[name]),
        label_visibility="collapsed",
        key="actuals_kind",
    )
    st.markdown(note(plain(_(KIND_HELP[kind or KINDS[0]]))))
    with st.form("actuals_form", border=False, enter_to_submit=False):
        file = st.file_uploader(_("CSV, Excel or Parquet"), key="actuals_file")
        author = author_field("actuals_author")
        pressed = st.form_submit_button(_("Read it"), icon=":material/upload:", key="actuals_go")
    if not pressed:
        return
    if file is None or not author:
        lacking = _("a file") if file is None else _("your name")
        show_error(InputError(N_("A table of actuals needs {parts}."), parts=lacking))
        return
    with shown():
        number = store.bring_actuals(slug, file.name, file.getvalue(), kind or KINDS[0], author)
        st.session_state[READ] = _read(next(row for row in store.kept_actuals(slug) if row.id == number), planned)
        st.rerun()


def _read(kept: "Kept", planned: bool) -> str:
    """What was read of a table, and where it stands."""
    found = kept.document
    customers = _n("{n} customer", "{n} customers", found["customers"]).format(n=formats.number(found["customers"]))
    first, last = found["months"][0]["month"], found["months"][-1]["month"]
    said = translate(
        "{file}: {customers}, {first} to {last}.", file=kept.name, customers=customers, first=first, last=last
    )
    beside = _("“Plan against actual” above shows them beside the plan.") if planned else ""
    fitted = _("The fit of their lifetime waits in the queue.") if kept.kind == "purchases" else ""
    return sentences(plain(said), plain(beside), plain(fitted))

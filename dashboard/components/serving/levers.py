"""Levers of serving: batching, a smaller model, another device; each with what it changes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.badges import grade_mark
from dashboard.components.table import words_table
from dashboard.components.text import link, note, one_line, plain
from dashboard.i18n import _, translate
from dashboard.store import serving as store
from engine.errors import ProspectusError

if TYPE_CHECKING:
    from dashboard.store.serving import Answer, Question, ServingCase
    from engine.costs.rates.entry import RateEntry

RENTED = 3
"""Instances that are shown."""
MOST = 6


def levers_table(case: "ServingCase", asked: "Question", found: "Answer") -> None:
    """Draw each lever as a row: requests a second, cost of 1,000, break-even."""
    import streamlit as st

    rows = [*_batching(case, asked, found), *_models(case, asked, found), *_devices(case, asked, found)]
    columns: dict[str, list[str]] = {
        one_line(_("Lever")): [name for name, _one, _grade in rows],
        one_line(_("Requests a second")): [_rate(one) for _name, one, _grade in rows],
        one_line(_("Cost per 1,000")): [_cost(one, mark) for _name, one, mark in rows],
        one_line(_("Break-even volume")): [_meeting(one) for _name, one, _grade in rows],
    }
    words_table(columns, _("What each lever changes"), deciding=(0, 2))
    st.markdown(
        note(
            plain(
                _(
                    "Batching and models were measured here. Rented devices are priced from the list and taken to be "
                    "as fast as this one, which is assumed."
                )
            )
        )
    )


Row = tuple[str, "Answer | ProspectusError", str]


def _tried(case: "ServingCase", asked: "Question") -> "Answer | ProspectusError":
    try:
        return store.answer(case, asked)
    except ProspectusError as error:
        return error


def _batching(case: "ServingCase", asked: "Question", found: "Answer") -> list[Row]:
    """The point that is used, against one request at a time."""
    first = found.run.curve[0]
    now = translate("Now: {n} at once", n=found.point.concurrency)
    rows: list[Row] = [(f"**{plain(one_line(now))}**", found, grade_mark(found.own_grade))]
    if first.concurrency < found.point.concurrency:
        alone = replace(case, served=tuple(replace(r, curve=r.curve[:1]) if r is found.run else r for r in case.served))
        name = plain(one_line(translate("Without batching: {n} at once", n=first.concurrency)))
        rows.append((name, _tried(alone, asked), grade_mark(found.own_grade)))
    return rows


def _models(case: "ServingCase", asked: "Question", found: "Answer") -> list[Row]:
    """Other measured models of the idea, quantised ones among them."""
    others = [run for run in case.served if run.run_id != found.run.run_id][:MOST]
    return [
        (
            f"{link(run.label, 'runs', run=run.run_id)} {note(plain(_points(run.accuracy, found.run.accuracy)))}",
            _tried(case, replace(asked, run=run.run_id)),
            grade_mark(found.own_grade),
        )
        for run in others
    ]


def _points(theirs: float | None, ours: float | None) -> str:
    if theirs is None or ours is None:
        return ""
    return translate("{points} of accuracy", points=formats.points(theirs - ours))


def _devices(case: "ServingCase", asked: "Question", found: "Answer") -> list[Row]:
    """The cheapest rented instances of different providers, taken to be as fast."""
    rows: list[Row] = []
    seen: set[str] = set()
    for rate in _rented():
        if rate.provider in seen:
            continue
        seen.add(rate.provider)
        priced = replace(asked, usd_per_hour=float(rate.usd))
        words = translate(
            "{name}, {usd} an hour", name=f"{rate.provider} {rate.item}", usd=formats.money(float(rate.usd))
        )
        rows.append((plain(one_line(words)), _tried(case, priced), grade_mark("assumed")))
        if len(rows) == RENTED:
            break
    return rows


def _rented() -> "Sequence[RateEntry]":
    try:
        return [rate for rate in store.rented_devices() if "2 vCPU" in rate.note]
    except ProspectusError:
        return []  # the price list is not installed: the row is left out


def _rate(one: "Answer | ProspectusError") -> str:
    return "–" if isinstance(one, ProspectusError) else formats.number(one.own.requests_per_second.value, 0)


def _cost(one: "Answer | ProspectusError", mark: str) -> str:
    if isinstance(one, ProspectusError):
        return note(plain(_("too slow for the limit")))
    own = one.own.usd_per_1k()
    return f"{plain(one_line(formats.money(own.value, own.low, own.high)))}{formats.NBSP}{mark}"


def _meeting(one: "Answer | ProspectusError") -> str:
    if isinstance(one, ProspectusError):
        return "–"
    value = one.break_even.value
    return plain(_("never") if value is None else formats.in_unit("count_per_month", value))

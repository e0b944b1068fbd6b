"""Whose runs a page is about: one idea on one data set, or a data set that no idea has yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.i18n import _

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from dashboard.store import ProductRow, RunRow

USUAL_MEASURE = "quality.f1_macro"
USUAL_LIMIT_MS = 100.0


@dataclass(frozen=True, slots=True)
class Scope:
    """Runs that may be compared with each other, and the bar that they are judged by."""

    product_id: int | None
    slug: str | None
    dataset_id: int
    name: str
    measure: str
    latency_limit_ms: float
    complete: int | None
    """How many of the idea's runs are complete; None when that is not known."""


def scopes(runs: Sequence["RunRow"], ideas: Sequence["ProductRow"]) -> list[Scope]:
    """The scopes of these runs, in their order, each once, those without a complete run last; a routine has none."""
    by_id = {idea.id: idea for idea in ideas}
    found: dict[tuple[int | None, int], Scope] = {}
    for run in runs:
        if run.dataset_id is None:
            continue
        idea = by_id.get(run.product_id) if run.product_id is not None else None
        found.setdefault((run.product_id, run.dataset_id), _scope(run, run.dataset_id, idea))
    several = {scope.slug for scope in found.values() if [s.slug for s in found.values()].count(scope.slug) > 1}
    names = {(run.product_id, run.dataset_id): run.dataset_name or "" for run in runs}
    shown = [_named(scope, names[key]) if scope.slug in several else scope for key, scope in found.items()]
    return sorted(shown, key=lambda scope: scope.complete == 0)


def choose_scope(known: Sequence[Scope], place: "DeltaGenerator", key: str) -> Scope | None:
    """Draw the choice and keep it in the address; the address decides what it begins with.

    The first scope is not written there unasked: each writing is a place that "back" comes to.
    None when there are no runs, or none of what the address names.
    """
    import streamlit as st

    if not known:
        return None
    idea, data = st.query_params.get("idea"), st.query_params.get("set")
    nowhere = None if idea or data else 0
    start = next((i for i, s in enumerate(known) if _meant(s, idea, data)), nowhere)
    if len(known) == 1 and start == 0:
        return known[0]
    by_key = {(scope.product_id, scope.dataset_id): scope for scope in known}  # their places change with every run
    chosen = place.selectbox(
        _("Runs of"),
        list(by_key),
        index=start,
        format_func=lambda scope: by_key[scope].name,
        label_visibility="collapsed",
        placeholder=_("Runs of another idea"),
        key=key,
        width=220,
    )
    if chosen is None:
        return None
    scope = by_key[chosen]
    unasked = scope is known[0] and not idea and not data
    if not unasked and not _meant(scope, idea, data):
        _remember(scope)
    return scope


def _meant(scope: Scope, idea: str | None, data: str | None) -> bool:
    if idea is None and data is None:
        return False
    return (idea is None or scope.slug == idea) and (data is None or str(scope.dataset_id) == data)


def _remember(scope: Scope) -> None:
    import streamlit as st

    if not scope.slug:
        st.query_params.pop("idea", None)
    st.query_params.update({"set": str(scope.dataset_id)} | ({"idea": scope.slug} if scope.slug else {}))


def _scope(run: "RunRow", dataset_id: int, idea: "ProductRow | None") -> Scope:
    return Scope(
        run.product_id,
        run.product_slug,
        dataset_id,
        run.product_name or run.dataset_name or "",
        idea.bar.measure if idea else USUAL_MEASURE,
        idea.bar.latency_limit_ms if idea else USUAL_LIMIT_MS,
        idea.runs_complete if idea else None,
    )


def _named(scope: Scope, dataset: str) -> Scope:
    import dataclasses

    return dataclasses.replace(scope, name=f"{scope.name}, {dataset}")

"""Quality against what serving costs and how long it takes: which runs nothing beats, and how surely."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.charts.pareto import Choice, pareto
from dashboard.components.charts.template import MAIN, show
from dashboard.components.compare import whole
from dashboard.components.head import section_bar
from dashboard.components.ink import on_phone
from dashboard.components.text import link, listed, note, one_line, plain
from dashboard.i18n import _, _n, translate
from engine.evidence import measure as known_measure

if TYPE_CHECKING:
    from dashboard.evaluations import PlacedRun
    from engine.evaluation.pareto import Standing

SMALLEST, LARGEST = 11.0, 34.0
"""Diameters of the fastest and the slowest run's mark, in px."""
NAMED = 2
"""Runs that beat another named beside it."""
LABELLED = 6
"""With more runs than this, those that are beaten have their names in the table alone."""


def tradeoff(placed: "Sequence[PlacedRun]", places: Sequence[int | None], measure: str) -> None:
    """Draw runs by quality, cost per 1,000 and latency, in the colours of `places`."""
    import streamlit as st

    section_bar(_("Quality, cost and latency at once"))
    st.markdown(front_sentence(placed))
    known = [(one, one.standing, place) for one, place in zip(placed, places, strict=True) if one.standing]
    if known:
        slowest = max(standing.latency.value for _one, standing, _place in known)
        choices = [
            _choice(one, standing, place, slowest, measure, few=len(known) <= LABELLED)
            for one, standing, place in known
        ]
        title = _("Cost per 1,000 requests (US$, log scale)")
        figure = pareto(choices, title, _(known_measure(measure).title), stair=False, height=MAIN, phone=on_phone())
        show(figure, front_sentence(placed).replace("*", ""), f"front_{'_'.join(one.row.id for one in placed)}")
    _table(placed, measure)
    st.markdown(note(plain(_notes())))


def front_sentence(placed: "Sequence[PlacedRun]") -> str:
    """Which runs nothing beats. Markdown."""
    front = [one for one in placed if one.standing and one.standing.on_front]
    beaten = [one for one in placed if one.standing and not one.standing.on_front]
    if not front:
        return f"**{plain(_('No run is fast enough for the latency limit, so that none has a cost.'))}**"
    names = listed(one.row.label for one in front)
    if not beaten:
        return (
            f"**{plain(_('No run is beaten in all three:'))}** {plain(_('which one is best depends on what counts.'))}"
        )
    said = translate("Nothing beats {names}.", names=names)
    more = _n("{n} run is beaten.", "{n} runs are beaten.", len(beaten)).format(n=len(beaten))
    return f"**{plain(said)}** {plain(more)}"


def _choice(
    one: "PlacedRun", standing: "Standing", place: int | None, slowest: float, measure: str, *, few: bool
) -> Choice:
    score = one.row.validation[measure]
    share = (standing.latency.value / slowest) ** 0.5
    named = standing.on_front or few
    text = listed(
        (
            one.row.label,
            formats.value(measure, score.value, score.low, score.high),
            formats.money(standing.cost.value),
            formats.milliseconds(standing.latency.value, standing.latency.low, standing.latency.high),
        )
    )
    return Choice(
        one.row.label if named else "",
        standing.cost.value,
        score.value,
        score.low,
        score.high,
        place,
        max(SMALLEST, LARGEST * share),
        not standing.on_front,
        text,
    )


def _table(placed: "Sequence[PlacedRun]", measure: str) -> None:
    import streamlit as st

    columns = {
        one_line(_("Run")): [link(whole(one.row.label), "runs", run=one.row.id) for one in placed],
        one_line(_(known_measure(measure).title)): [_quality(one, measure) for one in placed],
        one_line(_("US$ / 1,000")): [_cost(one.standing) for one in placed],
        one_line(_("p95")): [_latency(one) for one in placed],
        one_line(_("Standing")): [_standing(one, placed) for one in placed],
        one_line(_("On the front")): [
            plain(formats.chance(one.standing.chance)) if one.standing else "–" for one in placed
        ],
    }
    st.table(columns, border="horizontal", hide_index=True, alt=_("Where each run stands"))


def _quality(one: "PlacedRun", measure: str) -> str:
    score = one.row.validation[measure]
    value = formats.value(measure, score.value, score.low, score.high)
    return f"**{plain(value)}** :gray[{plain(formats.interval(measure, score.low, score.high))}]"


def _cost(standing: "Standing | None") -> str:
    if standing is None:
        return f":gray[{_('too slow for the limit')}]"
    cost = standing.cost
    ends = formats.interval("cost.per_1k_requests_usd", cost.low, cost.high)
    return f"**{plain(formats.money(cost.value, cost.low, cost.high))}** :gray[{plain(ends)}]"


def _latency(one: "PlacedRun") -> str:
    score = one.row.latency.get("latency.p95_ms")
    return "–" if score is None else plain(formats.milliseconds(score.value, score.low, score.high))


def _standing(one: "PlacedRun", placed: "Sequence[PlacedRun]") -> str:
    if one.standing is None:
        return "–"
    if one.standing.on_front:
        return f":blue-badge[:material/flag: {_('not beaten')}]"
    known = [other for other in placed if other.standing]
    beaters = [known[place].row.label for place in one.standing.beaten_by]
    if len(beaters) <= NAMED:
        return plain(translate("beaten by {names}", names=listed(map(whole, beaters))))
    names = listed(map(whole, beaters[: NAMED - 1]))
    return plain(translate("beaten by {names} and {n} more", names=names, n=len(beaters) - NAMED + 1))


def _notes() -> str:
    return _(
        "Larger marks are slower; hollow ones are beaten. Beaten: another run is at least as good in quality, cost and "
        "latency, and better in one. On the front: share of 1,000 resamples in which nothing beats the run, quality "
        "over the same validation rows for all, cost and latency within their measured intervals. The hour's price is "
        "the same for all and left out of the interval of cost."
    )

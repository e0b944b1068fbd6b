"""The pictures of the serving page: money over volume, latency over rate."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.charts.speed import Speed, speed_chart
from dashboard.components.charts.template import show
from dashboard.components.charts.volume import Meeting, Way, volume_chart
from dashboard.components.serving.words import verdict, volume
from dashboard.i18n import _, translate
from engine.costs.reserving import months, volumes

if TYPE_CHECKING:
    from dashboard.store.serving import Answer, ServingCase
    from engine.interval import Interval

SERIES = 5


def draw_volume(found: "Answer") -> None:
    """Both ways over volume, where they meet, and what is expected."""
    around = [v for v in (found.break_even.value, found.volume) if v] or [found.own.capacity().value]
    both = months(found.own, found.buy.usd_per_1k, volumes(around))
    asked = [month.requests for month in both]
    ways = [
        _way(_("ourselves"), [month.own for month in both], 0),
        _way(_("bought"), [month.buy for month in both], 1),
    ]
    meeting = None
    if found.break_even.value is not None:
        name = translate("break-even {volume}", volume=volume(found.break_even.value))
        meeting = Meeting(found.break_even.value, found.break_even.low, found.break_even.high, name)
    expected = None
    if found.volume is not None:
        expected = (found.volume, translate("expected {volume}", volume=volume(found.volume)))
    titles = (_("Requests a month (log scale)"), _("US$ a month (log scale)"))
    figure = volume_chart(asked, ways, titles, meeting=meeting, expected=expected)
    show(figure, verdict(found).replace("*", ""), "serving_volume")


def _way(name: str, money: "Sequence[Interval]", place: int) -> Way:
    return Way(name, [m.value for m in money], [m.low for m in money], [m.high for m in money], place)


def draw_speed(case: "ServingCase", found: "Answer", percentile: int, limit_ms: float) -> None:
    """Latency over rate of the run that is asked about and of the newest others."""
    shown = [found.run, *(run for run in case.served if run.run_id != found.run.run_id)][:SERIES]
    speeds = []
    for run in shown:
        points = [(p.rate.value, p.p95_ms if percentile == 95 else p.p50_ms, p.concurrency) for p in run.curve]
        known = [(rate, ms, n) for rate, ms, n in points if ms is not None and rate > 0]
        if known:
            rate, ms, n = (list(column) for column in zip(*known, strict=True))
            speeds.append(Speed(run.label, rate, ms, n, 0 if run is found.run else None))
    if not speeds:
        return
    titles = (_("Requests a second"), f"p{percentile}, ms")
    limit = translate("limit {ms}", ms=formats.milliseconds(limit_ms))
    words = translate("Latency over the rate of requests, {n} models", n=len(speeds))
    show(speed_chart(speeds, titles, limit_ms, limit), words, "serving_speed")

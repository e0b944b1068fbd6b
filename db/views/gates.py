"""What must hold before an idea goes to the next stage."""

from db.evidence import Current
from db.models import Product
from db.shapes import Figure, Gate
from engine.errors import N_
from engine.evidence import measure

BEFORE_BUILD = ("idea", "trial")
CENT = 0.01


def gates(product: Product, current: Current) -> tuple[Gate, ...]:
    """Conditions of the gate to `build`; none are set for later stages."""
    if product.stage not in BEFORE_BUILD:
        return ()
    return (quality_gate(product, current), latency_gate(product, current), margin_gate(current), price_gate(current))


def quality_gate(product: Product, current: Current) -> Gate:
    """The worse end of the adopted run's test interval reaches the bar."""
    figure = current.get(product.bar_measure)
    if figure is None or figure.context.get("split") != "test":
        return Gate(N_("A run is adopted, and its test figure reaches the bar."), {}, met=False)
    lower = product.bar_direction == "lower"
    end = _end(figure, high=lower)
    met = end <= product.bar_minimum if lower else end >= product.bar_minimum
    shares = measure(product.bar_measure).unit == "share"
    values = {
        "end": f"{end:.1%}" if shares else f"{end:.3g}",
        "bar": f"{100 * product.bar_minimum:.4g}%" if shares else f"{product.bar_minimum:g}",
    }
    return Gate(N_("The worse end of the test interval, {end}, reaches the bar of {bar}."), values, met=met)


def latency_gate(product: Product, current: Current) -> Gate:
    """p95 is within the limit."""
    figure, limit = current.get("latency.p95_ms"), f"{product.latency_limit_ms:g}"
    if figure is None:
        return Gate(N_("Latency p95 is measured, and at most {limit} ms."), {"limit": limit}, met=False)
    values = {"p95": f"{figure.value:.3g}", "limit": limit}
    return Gate(
        N_("Latency p95, {p95} ms, is at most {limit} ms."), values, met=figure.value <= product.latency_limit_ms
    )


def margin_gate(current: Current) -> Gate:
    """It is positive at its low end."""
    figure = current.get("economics.margin_per_1k_usd")
    if figure is None:
        return Gate(N_("The margin per 1,000 requests is known, and positive at its low end."), {}, met=False)
    end = _end(figure, high=False)
    written = f"{end:.2f}" if abs(end) >= CENT else f"{end:.2g}"
    return Gate(
        N_("The low end of the margin per 1,000 requests, {end} USD, is positive."), {"end": written}, met=end > 0
    )


def price_gate(current: Current) -> Gate:
    """It rests on a quote or a sale."""
    figure = current.get("economics.price_per_1k_usd")
    met = figure is not None and figure.grade in ("measured", "quoted")
    return Gate(N_("The price rests on a quote or a sale, not on an assumption."), {}, met=met)


def _end(figure: Figure, *, high: bool) -> float:
    end = figure.high if high else figure.low
    return figure.value if end is None else end

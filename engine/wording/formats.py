"""How figures are written, in the reader's language. Two significant digits of an interval decide the decimals.

Between number and unit stands a no-break space; minus is U+2212, except in a metric's delta (`delta_text`), whose
sign Streamlit reads from the ASCII hyphen.
"""

import math
from datetime import UTC, datetime

from engine.evidence import Unit, measure
from engine.wording import _, language, translate

NBSP = "\u00a0"
MINUS = "\u2212"
NO_BREAK = "\u2060"
SMALLEST_USD = 1e-8
MOST_DECIMALS = 10
MONEY_UNITS = ("usd", "usd_per_hour", "usd_per_month", "usd_per_year")
SYMBOLS = {"mb": "MB", "kwh": "kWh", "kg": "kg", "ratio": "×"}
SURE = 0.999
"""Nearest to certain that samples can say."""


def decimals_for(value: float, low: float | None = None, high: float | None = None, digits: int = 2) -> int:
    """How many decimals show `digits` significant digits of the interval's width, or of the value without one.

    0 to 10. Decimals are counted in the unit as given.
    """
    size = abs(high - low) if low is not None and high is not None and high > low else abs(value)
    if not math.isfinite(size) or size == 0:
        return 0
    # 0.995 rounds up into the next power of ten, and needs one decimal less.
    exponent = math.floor(math.log10(float(f"{size:.{digits - 1}e}")))
    return max(0, min(MOST_DECIMALS, digits - 1 - exponent))


def shown_decimals(value: float, low: float | None = None, high: float | None = None) -> int:
    """The same, but enough of them that what is not 0 is never written as 0."""
    decimals = decimals_for(value, low, high)
    return decimals if value == 0 or abs(value) >= 0.5 * 10.0**-decimals else decimals_for(value, digits=1)


def number(value: float, decimals: int = 0, *, signed: bool = False) -> str:
    """A plain number with thousands separators: 1,250; −0.3; +0.6."""
    text = f"{value:{'+' if signed else ''},.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("+-")
    return text.replace("-", MINUS)


def percent(share: float, low: float | None = None, high: float | None = None) -> str:
    """A share as percent: 91.2%."""
    decimals = _percent_decimals(share, low, high)
    text = number(100 * share, decimals)
    if share < 1 and float(text.replace(MINUS, "-").replace(",", "")) == 100:  # never rounded to certainty
        text = f">{100 - 10.0**-decimals:.{decimals}f}"
    return text + "%"


def typed_percent(share: float) -> str:
    """A share that a person set, with the decimals they gave it: 88%, 87.5%."""
    return f"{100 * share:.6g}%"


def whole_percent(share: float) -> str:
    """A share that may lie above 1, in whole percent: <1%, 58%, 185%."""
    return "<1%" if 0 < share < 0.005 else percent(share, 0, 1)


def chance(probability: float) -> str:
    """A probability in whole percent, never rounded to certainty: <1%, 58%, >99%."""
    if probability < 0.005:
        return "<1%" if probability > 0 else "0%"
    if probability > 0.995:
        return ">99%" if probability < 1 else "100%"
    return f"{100 * probability:.0f}%"


def sampled_chance(probability: float) -> str:
    """A chance out of samples, which never is a certainty even where every sample agrees."""
    return chance(min(max(probability, 1 - SURE), SURE))


def points(difference: float, low: float | None = None, high: float | None = None) -> str:
    """A difference of shares: +0.6 points."""
    text = number(100 * difference, _percent_decimals(difference, low, high), signed=True)
    return translate("{number} points", number=text).replace(" ", NBSP)


def money(usd: float, low: float | None = None, high: float | None = None, *, unit: bool = True) -> str:
    """US dollars: $0.034, $0.41, $29, $1,250, $48K, $1.9M; in Chinese 0.034 美元, 4.8 万美元."""
    if 0 < abs(usd) < SMALLEST_USD:
        return translate("under {amount}", amount=money(SMALLEST_USD, unit=unit))
    return _money_text(usd, _money_scale(usd, low, high)[0], unit=unit)


def _money_text(usd: float, decimals: int, *, unit: bool) -> str:
    scale, suffix = _big(usd)
    text = number(abs(usd) / scale, decimals)
    if language() == "zh_CN":
        text = text + NBSP + suffix + "美元" if unit else text + (NBSP + suffix if suffix else "")
    else:
        text = ("$" if unit else "") + text + suffix
    return MINUS + text if usd < 0 and any(c in "123456789" for c in text) else text


def grams(kilograms: float) -> str:
    """A mass that may be small: 9.2 mg, 4.1 g, 2.3 kg."""
    for size, unit in ((1.0, "kg"), (1e-3, "g"), (1e-6, "mg")):
        if abs(kilograms) >= size * 0.9995:
            return number(kilograms / size, decimals_for(kilograms / size)) + NBSP + unit
    return number(kilograms * 1e9, decimals_for(kilograms * 1e9)) + NBSP + "µg" if kilograms else "0" + NBSP + "g"


def duration(seconds: float) -> str:
    """A stretch of time: 14 ms, 12 s, 1 min 40 s, 2 h 5 min."""
    if seconds < 1:
        return milliseconds(1000 * seconds)
    whole = round(seconds)
    if whole < 60:
        return translate("{s} s", s=whole).replace(" ", NBSP)
    if whole < 3600:
        return translate("{min} min {s} s", min=whole // 60, s=whole % 60).replace(" ", NBSP)
    return translate("{h} h {min} min", h=whole // 3600, min=whole % 3600 // 60).replace(" ", NBSP)


def milliseconds(value: float, low: float | None = None, high: float | None = None) -> str:
    """Milliseconds: 14.2 ms."""
    return translate("{number} ms", number=number(value, shown_decimals(value, low, high))).replace(" ", NBSP)


def age(then: datetime, now: datetime | None = None) -> str:
    """How long ago, in the largest whole unit: 2 h, 34 d; 2 小时前. A naive time is taken as UTC."""
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    seconds = max(0.0, ((now or datetime.now(UTC)) - then).total_seconds())
    if seconds < 60:
        return _("just now")
    for size, template in ((86400, _("{n} d")), (3600, _("{n} h")), (60, _("{n} min"))):
        if seconds >= size:
            return template.format(n=int(seconds // size)).replace(" ", NBSP)
    raise AssertionError("unreachable")


def date(when: datetime) -> str:
    """A calendar day in local time, 2026-11-03: one form that every reader knows."""
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone().strftime("%Y-%m-%d")


def between(low: str, high: str) -> str:
    """Two written bounds that stay on one line: 89.6 to 92.7."""
    return translate("{low} to {high}", low=low, high=high).replace(" ", NBSP)


def ranks(low: int, high: int) -> str:
    """A range of ranks that never breaks at its dash: 1–3."""
    return str(low) if low == high else f"{low}{NO_BREAK}–{NO_BREAK}{high}"


def value(key: str, amount: float | None, low: float | None = None, high: float | None = None) -> str:
    """The figure of a measure in its unit; `key` names an entry of `engine.evidence.MEASURES`."""
    if amount is None or not math.isfinite(amount):
        return missing(key)
    return in_unit(measure(key).unit, amount, low, high)


def interval(key: str, low: float | None, high: float | None) -> str:
    """The bounds of a measure without their unit (the value carries it); empty where there is no interval."""
    return interval_in(measure(key).unit, low, high)


def interval_in(kind: Unit, low: float | None, high: float | None) -> str:
    """The bounds of a figure in one of the ledger's units, without it; empty where there is no interval."""
    if low is None or high is None:
        return ""
    if kind in MONEY_UNITS:
        return between(*_money_bounds(low, high))
    return between(_bare(kind, low, low, high), _bare(kind, high, low, high))


def in_unit(unit: Unit, amount: float, low: float | None = None, high: float | None = None) -> str:
    """A figure in one of the ledger's units."""
    if unit == "share":
        return percent(amount, low, high)
    if unit in MONEY_UNITS:
        return money(amount, low, high)
    if unit == "ms":
        return milliseconds(amount, low, high)
    if unit == "seconds":
        return duration(amount)
    text = _bare(unit, amount, low, high)
    if unit == "months":
        return translate("{number} months", number=text).replace(" ", NBSP)
    return f"{text}{NBSP}{SYMBOLS[unit]}" if unit in SYMBOLS else text


def missing(key: str) -> str:
    """What stands where a figure would: never 0, never NaN."""
    return _("needs a price") if key.startswith("economics.") else _("not measured")


def delta_text(text: str) -> str:
    """A written figure for a metric's delta slot."""
    return text.replace(MINUS, "-")


def _bare(unit: Unit, amount: float, low: float | None, high: float | None) -> str:
    if unit == "share":
        return percent(amount, low, high).removesuffix("%")
    if unit in MONEY_UNITS:
        return money(amount, low, high, unit=False)
    if unit in ("count", "count_per_month"):
        return _count(amount, low, high)
    return number(amount, shown_decimals(amount, low, high))


def _count(amount: float, low: float | None, high: float | None) -> str:
    if abs(amount) < 10_000:
        return number(amount, 0)
    scale, suffix = _big(amount)
    shown = decimals_for(amount / scale, *_scaled(low, high, scale))
    shown = max(shown, 1) if abs(amount) < 10 * scale else shown
    return number(amount / scale, min(shown, 2)) + (NBSP if language() == "zh_CN" and suffix else "") + suffix


def _big(amount: float) -> tuple[float, str]:
    english = ((1e9, "B"), (1e6, "M"), (1e4, "K"))
    for size, suffix in ((1e8, "亿"), (1e4, "万")) if language() == "zh_CN" else english:
        if abs(amount) >= size * 0.9995:
            return (1e3 if suffix == "K" else size), suffix
    return 1.0, ""


def _scaled(low: float | None, high: float | None, scale: float) -> tuple[float | None, float | None]:
    return (None, None) if low is None or high is None else (low / scale, high / scale)


def _percent_decimals(share: float, low: float | None, high: float | None) -> int:
    if low is None or high is None or high <= low:
        return 1
    return min(2, decimals_for(100 * share, 100 * low, 100 * high))


def _money_bounds(low: float, high: float) -> tuple[str, str]:
    """Both ends without their unit, with equally many decimals where they share a scale."""
    (low_decimals, low_scale, _low), (high_decimals, high_scale, _high) = (
        _money_scale(end, low, high) for end in (low, high)
    )
    if low_scale != high_scale or 0 < abs(low) < SMALLEST_USD:
        return money(low, low, high, unit=False), money(high, low, high, unit=False)
    decimals = max(low_decimals, high_decimals)
    return _money_text(low, decimals, unit=False), _money_text(high, decimals, unit=False)


def _money_scale(usd: float, low: float | None, high: float | None) -> tuple[int, float, str]:
    scale, suffix = _big(usd)
    size = abs(usd) / scale
    plain = decimals_for(size) if size < 10 else 0
    if scale == 1 and 1 <= size < 10:
        plain = 2
    if low is None or high is None or high <= low:
        return plain, scale, suffix
    # Cents of cents say nothing; but the bounds must never be written as one figure.
    needed = decimals_for(size, *_scaled(low, high, scale), digits=1)
    decimals = max(needed, min(plain, decimals_for(size, *_scaled(low, high, scale))))
    if 0 < size < 0.5 * 10.0**-decimals:  # or what is not 0 would be written as 0
        decimals = decimals_for(size, digits=1)
    return 2 if scale == 1 and decimals == 1 else decimals, scale, suffix

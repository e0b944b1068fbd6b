"""What really happened: a table of subscriptions, invoices or purchases becomes months, churn and use.

Churn is customers lost over customers that could be lost, each counted once a month (a Wilson interval about it).
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, cast

import numpy as np

from engine.business.holdout import Purchases
from engine.business.usage import LEAST, MOST
from engine.errors import N_, DataError
from engine.evaluation.proportions import Share, wilson
from engine.spec.pricing import Array

Kind = Literal["subscriptions", "invoices", "purchases"]
KINDS: tuple[Kind, ...] = ("subscriptions", "invoices", "purchases")
_STARTS = ("start", "start_date", "started", "started_at", "begin", "began", "since", "created", "created_at")
_STARTS_ZH = ("开始", "开始日期", "起始日期", "订阅日期")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "customer": (
        *("customer", "customer_id", "customer_name", "client", "client_id", "account", "account_id", "company"),
        *("user", "user_id", "email", "客户", "客户编号", "客户名称", "用户", "用户编号"),
    ),
    "date": (
        *("date", "day", "invoice_date", "order_date", "paid_on", "paid_at", *_STARTS),
        *("日期", "开票日期", "付款日期", "购买日期", *_STARTS_ZH),
    ),
    "end": (
        *("end", "end_date", "ended", "ended_at", "finished", "until", "cancelled", "canceled"),
        *("cancelled_at", "canceled_at", "结束", "结束日期", "取消日期", "终止日期"),
    ),
    "amount": ("amount", "amount_usd", "amount_paid", "total", "value", "price", "mrr", "revenue", "金额", "总额"),
    "requests": ("requests", "usage", "calls", "quantity", "请求数", "用量"),
    "currency": ("currency", "币种", "货币"),
}
"""Names that are understood, in any case, with spaces, hyphens or underlines."""
DOLLARS = ("USD", "US$", "$", "美元")
NEEDED: Mapping[Kind, tuple[str, ...]] = {
    "subscriptions": ("customer", "date", "end"),
    "invoices": ("customer", "date", "amount"),
    "purchases": ("customer", "date", "amount"),
}
EARLY_MONTHS = 3
MOST_MONTHS = 36
SHOWN = 3
_JOINTS = re.compile(r"[\s_-]+")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Month:
    """One calendar month: customers present, and revenue where amounts are given."""

    month: str
    customers: int
    revenue_usd: float | None


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers who began in one month, and how many of them were there after 0, 1, 2 ... months."""

    month: str
    staying: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Actuals:
    """What a table says."""

    kind: Kind
    rows: int
    customers: int
    months: tuple[Month, ...]
    churn: Share | None
    early_churn: Share | None
    requests_per_customer: float | None
    top_tenth_share: float | None
    cohorts: tuple[Cohort, ...] = ()

    @property
    def staying(self) -> tuple[Share, ...]:
        """Share of all cohorts together that was there after 0, 1, 2 ... months, of those watched so long."""
        longest = max((len(cohort.staying) for cohort in self.cohorts), default=0)
        found = []
        for age in range(longest):
            watched = [cohort.staying for cohort in self.cohorts if len(cohort.staying) > age]
            found.append(wilson(sum(row[age] for row in watched), sum(row[0] for row in watched)))
        return tuple(found)

    def document(self) -> dict[str, Any]:
        """A plain form for JSON."""
        return asdict(self)


def from_document(stored: Mapping[str, Any]) -> Actuals:
    """Rebuild what `document` wrote."""
    shares = {name: None if stored[name] is None else Share(**stored[name]) for name in ("churn", "early_churn")}
    months = tuple(Month(**month) for month in stored["months"])
    cohorts = tuple(Cohort(row["month"], tuple(row["staying"])) for row in stored["cohorts"])
    return Actuals(**{**stored, **shares, "months": months, "cohorts": cohorts})


def fingerprint(data: bytes) -> str:
    """Names a file by its contents."""
    return hashlib.sha256(data).hexdigest()


def found_columns(names: Sequence[str], kind: Kind) -> dict[str, str]:
    """Which column holds what. Raises DataError naming what is missing and which names are understood."""
    by_name = {_JOINTS.sub("_", name.strip().lower()): name for name in names}
    found = {
        part: by_name[known] for part, spellings in COLUMNS.items() for known in reversed(spellings) if known in by_name
    }
    for part in NEEDED[kind]:
        if part not in found:
            starts = kind == "subscriptions" and part == "date"
            raise DataError(
                N_("{kind} need a column for {part}, named one of {known}; found: {found}."),
                kind=kind,
                part="start" if starts else part,
                known=", ".join((*_STARTS, *_STARTS_ZH) if starts else COLUMNS[part]),
                found=", ".join(names),
                remedy=N_("Rename a column, or say that the file holds something else."),
            )
    return found


def read_actuals(columns: Mapping[str, Sequence[str]], kind: Kind, today: date) -> Actuals:
    """Read a table of texts, column by column. Raises DataError naming the row, the rule and the value."""
    found = found_columns(list(columns), kind)
    if "currency" in found:
        _one_currency(columns[found["currency"]])
    customers = _customers(columns[found["customer"]], found["customer"])
    start = _days(columns[found["date"]], found["date"], today)
    amount = _amounts(columns[found["amount"]], found["amount"]) if "amount" in found else None
    first = int(start.min())
    month = _months(start)
    if kind == "subscriptions":
        ends = _days(columns[found["end"]], found["end"], today, empty=True)
        _in_order(start, ends)
        present = _spans(customers, month, _months(np.where(ends < 0, today.toordinal(), ends)), ends >= 0)
    else:
        present = _spans(customers, month, month, None)
    requests = _amounts(columns[found["requests"]], found["requests"]) if "requests" in found else None
    return Actuals(
        kind,
        len(customers),
        int(customers.max()) + 1,
        _by_month(present, month, amount if kind != "subscriptions" else None, _months(np.array([first]))[0]),
        _churn(present, None) if kind != "purchases" else None,
        _churn(present, EARLY_MONTHS) if kind != "purchases" else None,
        *_use(customers, month, requests),
        _cohorts(present) if kind != "purchases" else (),
    )


def purchases_of(columns: Mapping[str, Sequence[str]], today: date) -> Purchases:
    """The same table as arrays for a lifetime model. Raises DataError."""
    found = found_columns(list(columns), "purchases")
    if "currency" in found:
        _one_currency(columns[found["currency"]])
    customers = _customers(columns[found["customer"]], found["customer"])
    return Purchases(
        customers,
        _days(columns[found["date"]], found["date"], today),
        _amounts(columns[found["amount"]], found["amount"]),
    )


@dataclass(frozen=True, slots=True)
class _Spans:
    """First and last month of each customer, and whether it is known to have left."""

    first: Array
    last: Array
    left: Array


def _spans(customers: Array, first: Array, last: Array, ended: Array | None) -> _Spans:
    count = int(customers.max()) + 1
    begins, ends = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
    np.minimum.at(begins, customers, first)
    np.maximum.at(ends, customers, last)
    if ended is None:
        # Who is billed no more has left, but for the newest month, which may not be billed yet.
        return _Spans(begins, ends, ends < ends.max() - 1)
    open_still = np.zeros(count, bool)
    np.logical_or.at(open_still, customers, ~ended)
    return _Spans(begins, ends, ~open_still)


def _name(month: int) -> str:
    return f"{(month - 1) // 12:04d}-{(month - 1) % 12 + 1:02d}"


def _cohorts(spans: _Spans) -> tuple[Cohort, ...]:
    """Whom we saw leave is gone from the month after; the newest month is not over and is left out."""
    end, stayed = int(spans.last.max()), spans.last - spans.first
    found = []
    for month in np.unique(spans.first[spans.first < end]):
        ages = stayed[spans.first == month]
        watched = range(min(end - int(month), MOST_MONTHS))
        found.append(Cohort(_name(int(month)), tuple(int((ages >= age).sum()) for age in watched)))
    return tuple(found[-MOST_MONTHS:])


def _by_month(spans: _Spans, month: Array, amount: Array | None, start: int) -> tuple[Month, ...]:
    months = range(start, int(spans.last.max()) + 1)
    return tuple(
        Month(
            _name(m),
            int(((spans.first <= m) & (spans.last >= m)).sum()),
            None if amount is None else float(amount[month == m].sum()),
        )
        for m in months
    )


def _churn(spans: _Spans, early: int | None) -> Share | None:
    """Customers lost over customer-months; with `early` in the first months of each alone, else in those after."""
    end = int(spans.last.max())
    watched = np.where(spans.left, spans.last - spans.first + 1, end - spans.first)
    if early is None:
        exposed, lost = np.maximum(watched - EARLY_MONTHS, 0).sum(), (spans.left & (watched > EARLY_MONTHS)).sum()
    else:
        exposed, lost = np.minimum(watched, early).sum(), (spans.left & (watched <= early)).sum()
    if exposed < 1:
        return None
    return wilson(int(lost), int(exposed))


def _use(customers: Array, month: Array, requests: Array | None) -> tuple[float | None, float | None]:
    if requests is None or not len(requests):
        return None, None
    pairs = customers.astype(np.int64) * 100_000 + month
    _, place = np.unique(pairs, return_inverse=True)
    each = np.bincount(place, weights=requests)
    ordered = np.sort(np.bincount(customers, weights=requests))
    heavy = ordered[-max(1, round(len(ordered) / 10)) :].sum() / (ordered.sum() or 1)
    return float(each.mean()), float(np.clip(heavy, LEAST, MOST))


def _customers(texts: Sequence[str], name: str) -> Array:
    """A number for each customer. Raises DataError for a row without one."""
    named = [text.strip() for text in texts]
    if "" in named:
        raise _row(named.index(""), name, N_("a customer"), "")
    return cast(Array, np.unique(named, return_inverse=True)[1])


def _one_currency(texts: Sequence[str]) -> None:
    used = sorted({text.strip().upper() for text in texts if text.strip()})
    if not set(used) <= set(DOLLARS):
        raise DataError(
            N_("All amounts must be in {rule}; the file has {value}. Convert them first."),
            rule="USD",
            value=", ".join(used[:SHOWN]),
        )


def _days(texts: Sequence[str], name: str, today: date, *, empty: bool = False) -> Array:
    days = np.empty(len(texts), np.int64)
    for place, text in enumerate(texts):
        stripped = text.strip()
        if empty and not stripped:
            days[place] = -1
            continue
        found = _day(stripped)
        if found is None:
            raise _row(place, name, N_("a day such as 2026-05-31"), text)
        if found > today and not empty:
            raise _row(place, name, N_("a day that is not in the future"), text)
        days[place] = -1 if found > today else found.toordinal()  # an end that is still to come
    return days


def _day(text: str) -> date | None:
    """Year, month and day, also as 2026/5/31 and 2026年5月31日, with a time of day or not; None for anything else."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        parts = _DAY.match(text)
    try:
        return date(*map(int, parts.groups())) if parts else None
    except ValueError:
        return None


def _in_order(start: Array, end: Array) -> None:
    wrong = np.flatnonzero((end >= 0) & (end < start))
    if len(wrong):
        raise _row(int(wrong[0]), "end", N_("a day not before the start"), date.fromordinal(int(end[wrong[0]])))


def _amounts(texts: Sequence[str], name: str) -> Array:
    amounts = np.empty(len(texts))
    for place, text in enumerate(texts):
        try:
            amounts[place] = float(text.replace(",", "").replace("$", "").strip())
        except ValueError:
            raise _row(place, name, N_("a number"), text) from None
        if not np.isfinite(amounts[place]) or amounts[place] < 0:
            raise _row(place, name, N_("a number of at least 0"), text)
    return amounts


def _row(place: int, name: str, rule: str, value: object) -> DataError:
    return DataError(
        N_("Row {row}, column “{column}”: {rule} is needed, not “{value}”."),
        row=place + 2,
        column=name,
        rule=rule,
        value=value,
    )


def _months(days: Array) -> Array:
    """Months since the year 0, as year x 12 + month."""
    stamps = (days - date(1970, 1, 1).toordinal()).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return cast(Array, stamps + 1970 * 12 + 1)

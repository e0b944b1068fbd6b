"""The back-test, the stored forecasts with their grades, and the record of methods, as tables."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.ink import on_phone
from dashboard.components.outlook.words import BASELINE, figure, method_name
from dashboard.components.text import note, plain, unbroken, url
from dashboard.i18n import _, translate

if TYPE_CHECKING:
    from dashboard.store.forecasts import ForecastRow, Record

SECONDS = 0.1


def backtest_table(base: "ForecastRow") -> None:
    """Every method on the window that decided nothing, the chosen one marked."""
    import streamlit as st

    rows = base.backtest.get("methods", {})
    naive = rows.get(BASELINE, {}).get("mae") or 0.0
    ordered = sorted(rows.items(), key=lambda item: item[1]["mae"])
    unit = _("not scaled")
    columns = {
        _("Method"): [_marked(name, base.method) for name, _row in ordered],
        "MASE": [unit if row["mase"] is None else formats.number(row["mase"], 2) for _name, row in ordered],
        _("Against naive"): [_against(row["mae"], naive) for _name, row in ordered],
        _("90% band held"): [formats.percent(row["coverage_90"]) for _name, row in ordered],
    }
    if not on_phone():
        columns |= {
            "MAE": [figure(row["mae"]) for _name, row in ordered],
            "sMAPE": [formats.percent(row["smape"]) for _name, row in ordered],
            _("Pinball"): [figure(row["pinball"]) for _name, row in ordered],
            _("Took"): [formats.duration(max(row["seconds"], SECONDS / 100)) for _name, row in ordered],
        }
    st.table(columns, border="horizontal", hide_index=True)


def _marked(name: str, chosen: str) -> str:
    title = plain(method_name(name))
    return f"**{title}** {plain(_('(chosen)'))}" if name == chosen else title


def _against(mae: float, naive: float) -> str:
    if not naive:
        return "–"
    return formats.number(100 * (mae / naive - 1), 0, signed=True) + "%"


def backtest_note(base: "ForecastRow") -> str:
    """What was tested and with which bounds. Markdown."""
    budget = base.options.get("budget_seconds_per_method", 0)
    said = translate(
        "{windows} past windows of {steps} steps. Chosen on all but the last; these are the figures of the last. "
        "MASE below 1 beats the usual change from season to season. At most {seconds} s a method.",
        windows=base.backtest.get("windows", 0),
        steps=base.horizon,
        seconds=f"{budget:g}",
    )
    return note(plain(said))


def stored_table(rows: "Sequence[ForecastRow]") -> None:
    """Newest first; grades stand where points have arrived."""
    import streamlit as st

    columns = {
        _("Issued"): [_day(formats.date(row.created_at)) for row in rows],
        _("Method"): [unbroken(plain(method_name(row.method))) for row in rows],
        _("Scenario"): [plain(row.scenario, 24) or "–" for row in rows],
        _("Until"): [_day(row.ds[-1].removesuffix("T00:00")) for row in rows],
        _("Forecast"): [figure(row.y_hat[-1], row.lo_90[-1], row.hi_90[-1]) for row in rows],
        _("90% interval"): [unbroken(_interval(row)) for row in rows],
        _("Came so far"): [_came(row) for row in rows],
        _("Error to naive"): [_graded(row) for row in rows],
        _("Run"): [_run(row) for row in rows],
    }
    if not any(row.scenario for row in rows):
        del columns[_("Scenario")]
    if on_phone():
        columns = _narrow(rows)
    st.table(columns, border="horizontal", hide_index=True)


def _narrow(rows: "Sequence[ForecastRow]") -> dict[str, list[str]]:
    """What a phone has room for: what was said for when, by what, and what came of it."""
    said = [f"{figure(row.y_hat[-1], row.lo_90[-1], row.hi_90[-1])} ({_interval(row)})" for row in rows]
    methods = [plain(method_name(row.method)) for row in rows]
    return {
        _("Until"): [_day(row.ds[-1].removesuffix("T00:00")) for row in rows],
        _("Forecast, 90%"): [unbroken(plain(one)) for one in said],
        _("Method"): [f"{name}, {plain(row.scenario, 24)}" if row.scenario else name
                      for name, row in zip(methods, rows, strict=True)],
        _("Came so far"): [_came(row) for row in rows],
    }  # fmt: skip


def _day(day: str) -> str:
    """A day that a narrow column does not break at its hyphens."""
    return day.replace("-", "\u2060-\u2060")


def _interval(row: "ForecastRow") -> str:
    low, high = row.lo_90[-1], row.hi_90[-1]
    return formats.between(figure(low, low, high), figure(high, low, high))


def _came(row: "ForecastRow") -> str:
    if row.grade is None:
        return _("nothing yet") if not row.scenario else _("not graded")
    inside = formats.percent(row.grade.coverage_90)
    return translate("{n} of {all}, {inside} inside", n=row.grade.points, all=row.horizon, inside=inside)


def _graded(row: "ForecastRow") -> str:
    if row.grade is None or not row.grade.naive_mae:
        return "–"
    return formats.percent(row.grade.mae / row.grade.naive_mae)


def _run(row: "ForecastRow") -> str:
    return f"[{row.run_id[:4]}]({url('runs', run=row.run_id)})" if row.run_id else "–"


def record_table(rows: "Sequence[Record]") -> None:
    """How each method's forecasts of this market did once points had come."""
    import streamlit as st

    st.table(
        {
            _("Method"): [plain(method_name(row.method)) for row in rows],
            _("Forecasts graded"): [formats.number(row.forecasts) for row in rows],
            _("Points"): [formats.number(row.points) for row in rows],
            _("Error to naive"): [formats.percent(row.mae_to_naive) for row in rows],
            _("90% band held"): [formats.percent(row.coverage_90) for row in rows],
        },
        border="horizontal",
        hide_index=True,
    )

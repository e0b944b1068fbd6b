"""What the page of users says of a file of events."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dashboard import formats
from dashboard.components.kpis import Kpi
from dashboard.components.text import plain, sentences
from dashboard.i18n import _, translate
from engine.evidence import Grade

if TYPE_CHECKING:
    from dashboard.store.demand import BehaviourRow

LATER = 3
"""Months after which the key figure says who is still there."""


def is_sample(row: "BehaviourRow") -> bool:
    """Whether the events are not the idea's own."""
    return bool(row.settings.get("sample"))


def answer_words(row: "BehaviourRow") -> str:
    """Who is lost a month, who came again, who went through the funnel."""
    summary = row.summary
    parts = [f"**{plain(_churn(summary))}**"]
    again = summary["frequency"]["came_again"]
    parts.append(plain(translate("{share} came more than once ({interval}).", **_written(again))))
    funnel = summary["funnel"]
    if funnel and funnel[-1]["of_first"]:
        written = _written(funnel[-1]["of_first"])
        said = translate("Of those who began the funnel {share} ended it ({interval}).", **written)
        parts.append(plain(said))
    if is_sample(row):
        parts.append(f":orange-badge[{plain(_('sample, no evidence of this idea'))}]")
    return sentences(*parts)


def _churn(summary: Mapping[str, Any]) -> str:
    churn = summary["churn"]
    if churn is None:
        return _("Too early to say who comes back.")
    return translate("{share} of the users of a month never come back ({interval}).", **_written(churn))


def _written(share: Mapping[str, float]) -> dict[str, str]:
    value, low, high = share["value"], share["low"], share["high"]
    ends = (formats.percent(end, low, high).removesuffix("%") for end in (low, high))
    return {"share": formats.percent(value, low, high), "interval": formats.between(*ends)}


def key_figures(row: "BehaviourRow") -> list[Kpi]:
    """Users, who is still there later, churn, and conversion or who came again."""
    summary = row.summary
    grade: Grade = "measured"
    survival = summary["survival"]
    later = survival[min(LATER, len(survival) - 1)] if survival else None
    funnel = summary["funnel"]
    last = (
        _share_kpi(_("Conversion"), funnel[-1]["of_first"], grade)
        if funnel
        else _share_kpi(_("Came again"), summary["frequency"]["came_again"], grade)
    )
    months = translate("There, month {n}", n=later["month"] if later else LATER)
    return [
        Kpi(_("Users"), formats.number(summary["users"]), grade, help=plain(_period(summary))),
        _share_kpi(months, later, grade),
        _share_kpi(_("Churn a month"), summary["churn"], grade),
        last,
    ]


def _share_kpi(label: str, share: Mapping[str, float] | None, grade: Grade) -> Kpi:
    if share is None:
        return Kpi(label, "–", interval=_("unknown"), help=plain(_("The file is too short to tell.")))
    written = _written(share)
    return Kpi(label, written["share"], grade, written["interval"])


def _period(summary: Mapping[str, Any]) -> str:
    return translate(
        "{events} events from {first} to {last}.",
        events=formats.number(summary["events"]),
        first=summary["first"][:10],
        last=summary["last"][:10],
    )


def about(row: "BehaviourRow") -> str:
    """Where the events come from, what was left out, and how they were read."""
    summary, settings = row.summary, row.settings
    parts = [f"“{row.name}”, sha256 {row.fingerprint[:12]}.", _period(summary)]
    if row.source or row.licence:
        parts.append(
            translate("Source: {source}. Licence: {licence}.", source=row.source or "–", licence=row.licence or "–")
        )
    if summary["without_user"]:
        parts.append(
            translate("{count} events without a user were left out.", count=formats.number(summary["without_user"]))
        )
    parts.append(
        translate(
            "A user counts as gone after {months} silent months; the last whole month is {month}.",
            months=settings["silent_months"],
            month=summary["end_month"],
        )
    )
    return plain(sentences(*parts))

"""What users do: look at a file of events, bring it, and keep what it says as measured evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from db.behaviours import add_behaviour
from db.evidence import append
from db.models import Behaviour, Product
from db.products import get_product
from db.session import in_transaction
from engine.data.carriers import is_here, locate
from engine.entrypoints.actions.brought import is_light, keep_file, keep_upload
from engine.entrypoints.actions.checks import LINE_LENGTH, NAME_LENGTH, checked_text
from engine.entrypoints.actions.figures import recompute_product
from engine.errors import N_
from engine.evidence import Evidence
from engine.market.sample_events import SAMPLE, sample_csv
from engine.market.users import SILENT_MONTHS
from engine.wording.notes import ENDED, USER_MONTHS

CHURN, CONVERSION = "market.churn_per_month", "market.conversion"
COUNTED = N_("counted in imported events; Wilson's 95 % interval")


@dataclass(frozen=True, slots=True)
class EventsSeen:
    """A file of events before it is counted."""

    path: Path
    rows: int
    columns: tuple[str, ...]
    head: Sequence[Mapping[str, str]]
    proposed: Mapping[str, str | None]
    """Which column is probably user, time and kind."""


def look_at_events(path: Path | str) -> EventsSeen:
    """Columns and first rows of a file. Raises DataError."""
    from engine.market.child import event_columns

    kept = keep_file(Path(path))
    seen = event_columns(kept, here=is_light(kept))
    return EventsSeen(kept, seen["rows"], tuple(seen["columns"]), seen["head"], seen["proposed"])


def import_events(
    slug: str,
    path: Path | str,
    user: str,
    time: str,
    author: str,
    *,
    kind: str | None = None,
    steps: Sequence[str] | None = None,
    silent_months: int = SILENT_MONTHS,
    name: str = "",
    licence: str = "",
    source: str = "",
    sample: bool = False,
) -> int:
    """Count a file of events for an idea; conversion and churn become evidence. Returns the id of what was stored.

    A sample is shown and is no evidence: those are not the idea's users.

    Raises DataError or InputError; nothing is stored then.
    """
    from engine.market.child import event_behaviour

    who = checked_text(N_("The author"), author, NAME_LENGTH)
    in_transaction(lambda session: get_product(session, slug))
    kept = keep_file(Path(path))
    title = checked_text(N_("The name of the events"), name or kept.stem, NAME_LENGTH)
    terms = checked_text(N_("The licence"), licence, LINE_LENGTH, required=False)
    origin = checked_text(N_("The source"), source, LINE_LENGTH, required=False)
    found = event_behaviour(kept, user, time, kind, steps, silent_months, here=is_light(kept))
    summary: Mapping[str, Any] = found["summary"]
    settings = {
        "user": user,
        "time": time,
        "kind": kind,
        "steps": [step["kind"] for step in summary["funnel"]],
        "silent_months": silent_months,
        "file": kept.name,
        "sample": sample,
    }

    def work(session: Session) -> int:
        product = get_product(session, slug)
        row = add_behaviour(session, product.id, title, found["fingerprint"], terms, origin, settings, summary, who)
        if not sample:
            _figures(session, product, row)
        recompute_product(session, product)
        return row.id

    return in_transaction(work)


def _figures(session: Session, product: Product, row: Behaviour) -> None:
    """Churn and conversion, where the file can tell them."""
    summary, context = row.summary, {"events": row.fingerprint[:16], "users": row.summary["users"]}
    churn = summary["churn"]
    if churn is not None:
        said = USER_MONTHS.format(lost=f"{churn['lost']:,}", all=f"{churn['user_months']:,}", month=churn["until"])
        _append(session, product, row, CHURN, churn, {**context, "silent_months": churn["silent_months"]}, said)
    funnel = summary["funnel"]
    if funnel and funnel[-1]["of_first"] is not None:
        steps = [step["kind"] for step in funnel]
        ends = {"last": f"{funnel[-1]['users']:,}", "first": f"{funnel[0]['users']:,}"}
        said = ENDED.format(**ends, steps=" > ".join(steps))
        _append(session, product, row, CONVERSION, funnel[-1]["of_first"], {**context, "steps": steps}, said)


def _append(  # noqa: PLR0917  the columns of a counted figure
    session: Session,
    product: Product,
    row: Behaviour,
    measure: str,
    share: Mapping[str, float],
    context: Mapping[str, Any],
    note: str,
) -> None:
    evidence = Evidence(
        measure,
        share["value"],
        "measured",
        "document",
        f"{row.name[:100]}, sha256:{row.fingerprint[:12]}",
        context,
        share["low"],
        share["high"],
        note=note,
        method=COUNTED,
    )
    append(session, product.id, evidence)


def has_sample_events() -> bool:
    """Whether the package that carries the sample is installed as pinned."""
    return is_here(SAMPLE.carrier)


def import_sample_events(slug: str, author: str) -> int:
    """Count the sample of real purchases for an idea, marked as what it is. Raises MissingPart."""
    carrier = locate(SAMPLE.carrier)
    path = keep_upload(SAMPLE.file, sample_csv(carrier.path))
    return import_events(
        slug,
        path,
        "customer",
        "date",
        author,
        steps=[],
        silent_months=SAMPLE.silent_months,
        name=SAMPLE.name,
        licence=SAMPLE.licence,
        source=SAMPLE.source,
        sample=True,
    )

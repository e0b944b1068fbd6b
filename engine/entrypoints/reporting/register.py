"""Where the figures of a report come from: every figure that it names is entered once, and points to its entry."""

from dataclasses import replace
from datetime import date, datetime

from db.shapes import Figure, ProductRow, Reason
from engine.errors import N_, Marked
from engine.evidence import Grade, Unit, measure
from engine.reports.document import Amount, Entry, Part, Text, Unknown
from engine.wording.names import DEVICES, SAMPLE, SOURCES
from engine.wording.notes import recognised

BREAK_EVEN = "economics.break_even_requests_per_month"
NOT_SAID = N_("Nobody has said it yet.")
NOT_SIMULATED = N_("Its business is not simulated yet.")
WITHOUT = {
    "market.som_usd_per_year": N_("Nobody has sized its market yet."),
    "market.growth_per_year": N_("No series of its market has a forecast."),
    "market.attractiveness": N_("Too little is known of its market to score it."),
    "market.obligations_open": N_("Nobody has gone through the checklist of laws yet."),
    "economics.price_per_1k_usd": N_("No price is assumed yet."),
    "economics.npv_usd": NOT_SIMULATED,
    "economics.p_break_even_24m": NOT_SIMULATED,
    "economics.p_cash_out": NOT_SIMULATED,
    "economics.ltv_to_cac": NOT_SIMULATED,
    "economics.p_best": N_("The ideas are not ranked under a founder’s means yet."),
}
"""Why a measure is missing, where the idea's sheet does not say it better."""


class Register:
    """The entries of one report, in the order in which they were first named."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All of them."""
        return tuple(self._entries.values())

    def figure(self, figure: Figure, about: str, *, main: bool = True) -> Amount:
        """Enter a figure of the ledger; the amount that points to it."""
        found = measure(figure.measure)
        ref = f"e{figure.id}"
        amount = Amount(found.unit, figure.value, figure.low, figure.high, figure.grade, ref)
        self._entries.setdefault(
            ref,
            Entry(
                ref,
                about,
                found.title,
                amount,
                source_part(figure.source_kind, figure.source),
                figure.created_at,
                figure.measure,
                figure.method,
                figure.note,
                figure.stale,
                main,
            ),
        )
        return amount

    def other(
        self,
        ref: str,
        amount: Amount,
        *,
        about: str,
        title: Part,
        source: Part,
        at: date | datetime,
    ) -> Amount:
        """Enter a figure that is no row of the ledger: a sum, a budget, a grade of a forecast."""
        given = replace(amount, ref=ref)
        self._entries.setdefault(ref, Entry(ref, about, title, given, source, at))
        return given

    def measured(self, row: ProductRow, key: str, figure: Figure | None, *, main: bool = True) -> Part:
        """A measure of an idea: its figure, or why there is none."""
        return self.figure(figure, row.name, main=main) if figure else missing(row, key)


def missing(row: ProductRow, key: str) -> Part:
    """Why a measure of an idea has no figure."""
    reason = row.absent.get(key)
    if reason is None:
        return Unknown(Text(WITHOUT.get(key, NOT_SAID)))
    said = reason_text(reason)
    answered = key == BREAK_EVEN and row.margin_per_1k is not None and row.margin_per_1k.value <= 0
    return said if answered else Unknown(said)


def name_part(name: str) -> str:
    """Who wrote something; the sample portfolio in words of ours."""
    return SAMPLE if name == SAMPLE else name


def why_of(figure: Figure) -> Part:
    """Why a typed figure is what it is; that of the sample portfolio in words of ours."""
    return Marked(figure.note) if figure.source == SAMPLE else figure.note or None


def reason_text(reason: Reason) -> Text:
    """A reason of the views as a text of a report."""
    return Text(reason.template, dict(reason.values))


def usd(value: float, low: float | None = None, high: float | None = None, grade: Grade | None = None) -> Amount:
    """An amount of money."""
    unit: Unit = "usd"
    return Amount(unit, value, low, high, grade)


def source_part(kind: str, source: str) -> Part:
    """Where a figure comes from, as `engine.wording.names.source_name` says it."""
    if kind == "run":
        return Text(N_("run {id}"), {"id": source[:4]})
    if kind == "person":
        return Text(N_("typed by {name}"), {"name": name_part(source)})
    if kind == "model":
        found = recognised(source)
        return Text(*found) if found else SOURCES.get(source, source)
    if kind == "rate":
        device = source.split(",", maxsplit=1)[0]
        return Text(N_("rate of {device}"), {"device": DEVICES.get(device, device)})
    return source

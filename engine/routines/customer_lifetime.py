"""Customer lifetime: BG/NBD and Gamma-Gamma fitted to purchases, and judged on weeks that were held out."""

import dataclasses
import json
from dataclasses import dataclass

import numpy as np

from engine.business.holdout import Judged, Purchases, fit_amounts, history, judge
from engine.business.lifetime import fit_bg_nbd
from engine.errors import N_
from engine.inference.files import write_whole
from engine.spec.config import setting
from engine.spec.routine import Routine, RoutineContext
from engine.training.stop import obey_stop

PURCHASES_FILE, FOUND_FILE = "purchases.npz", "lifetime.json"
YEAR_WEEKS = 52.0


@dataclass(frozen=True)
class Config:
    """How much is fitted and how much is held out."""

    fitted_share: float = setting(
        0.5,
        N_("Share of the weeks to fit"),
        N_("The rest judges the fit; afterwards all weeks are fitted."),
        minimum=0.2,
        maximum=0.8,
    )


def run(context: RoutineContext) -> None:
    """Read `purchases.npz` (customer, day, amount) and write `lifetime.json`."""
    with np.load(context.inputs / PURCHASES_FILE, allow_pickle=False) as stored:
        bought = Purchases(stored["customer"], stored["day"], stored["amount"])
    context.recorder.progress(0.05, N_("Fitting the first weeks"))
    obey_stop(context.recorder)
    judged = judge(bought, share=context.config.fitted_share)
    context.recorder.progress(0.6, N_("Fitting all weeks"))
    obey_stop(context.recorder)
    document = found(bought, judged)
    write_whole(context.output / FOUND_FILE, json.dumps(document).encode())
    words = N_("Of {customers} customers {expected} purchases were expected in the held-out weeks; {seen} were seen.")
    context.recorder.note(words, customers=judged.customers, expected=round(judged.expected), seen=round(judged.seen))


def found(bought: Purchases, judged: Judged) -> dict[str, object]:
    """What the pages show: parameters of all weeks, the judgement, and what the next year should bring."""
    known = history(bought, int(bought.day.max()))
    fit = fit_bg_nbd(known)
    amounts = fit_amounts(known)
    coming = fit.expected_of(known, YEAR_WEEKS)
    value = None if amounts is None else float((coming * amounts.expected(known)).sum() / len(known))
    return {
        "customers": len(known),
        "parameters": dataclasses.asdict(fit),
        "amounts": None if amounts is None else dataclasses.asdict(amounts),
        "judged": {**dataclasses.asdict(judged), "error": judged.error, "error_usd": judged.error_usd},
        "alive": float(fit.alive(known).mean()),
        "next_year_purchases": float(coming.mean()),
        "next_year_usd": value,
    }


ROUTINE = Routine(
    name="customer_lifetime",
    title=N_("Customer lifetime"),
    summary=N_("Fits how often customers buy again and for how much, and judges the fit on weeks it has not seen."),
    config=Config,
    run=run,
    page="unit_economics",
)

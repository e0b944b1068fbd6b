"""A run that evaluates a remote model: its recorder keeps the account, its stop ends the asking."""

from decimal import Decimal
from pathlib import Path

from engine.errors import N_
from engine.inference.hosted.account import Account, Charge
from engine.inference.hosted.model import RemoteText
from engine.inference.hosted.report import report
from engine.recorder import Recorder
from engine.spec import Job
from engine.training.stop import StopRun


def pay(predictor: RemoteText, job: Job, recorder: Recorder) -> None:
    """Let the run pay: charges become its events, and the cap is its budget, else the recipe's."""
    cap = predictor.remote.cap_usd if job.budget_usd is None else job.budget_usd

    def tell(charge: Charge) -> None:
        recorder.charge(charge.key, charge.usd, **charge.about())

    def stopped() -> StopRun | None:
        reason = recorder.stop_requested()
        return StopRun(reason) if reason else None

    account = Account(Decimal(str(cap)), tell, recorder.charged().items())
    predictor.attach(account, Path(job.cache_folder), run=job.run, stopped=stopped)


def tell_money(predictor: RemoteText, recorder: Recorder) -> None:
    """What the answers cost and how many named no label, as facts and in the log."""
    facts = report(predictor)
    recorder.facts(api=facts)
    recorder.note(
        N_("{asked} questions were asked, {kept} answers were kept from before; {unparsable} named no label."),
        asked=facts["asked"],
        kept=facts["from_store"],
        unparsable=facts["unparsable"],
    )

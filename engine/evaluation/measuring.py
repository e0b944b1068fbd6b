"""All that is measured of a finished model: quality, speed, money, and why it answers as it does."""

from pathlib import Path

from engine.evaluation.compression import source_facts, source_serving
from engine.evaluation.exported import SERVED_INPUTS, Exported, Rows, measure_serving, score_splits
from engine.explanation.examples import explain_examples
from engine.inference.hosted.model import RemoteText
from engine.inference.hosted.run import pay, tell_money
from engine.spec import InputKind, Job, Split
from engine.training.meter import Meter
from engine.training.stop import obey_stop


def measure(exported: Exported, job: Job, splits: dict[Split, Rows], meter: Meter, kind: InputKind) -> None:
    """Record it all. Raises StopRun between the parts, ApiFault or CapReached for a model that an API serves."""
    predictor, recorder, folder = exported.predictor, exported.recorder, exported.folder
    if isinstance(predictor, RemoteText):
        pay(predictor, job, recorder)
    recorder.facts(artifact_bytes=predictor.bytes)
    recorder.artifact("artifact", folder / "artifact")
    score_splits(exported, splits)
    if isinstance(predictor, RemoteText):
        tell_money(predictor, recorder)
    if job.source_folder:
        recorder.facts(against_source=source_facts(folder, Path(job.source_folder), job.source_run))
    obey_stop(recorder)
    meter.phase("serve")
    measure_serving(exported, splits["validation"].inputs)
    if job.source_folder:
        obey_stop(recorder)
        served = splits["validation"].inputs[:SERVED_INPUTS]
        recorder.facts(source_serving=source_serving(Path(job.source_folder), served, job.threads))
    if isinstance(predictor, RemoteText):
        return  # its answers are not explained: each word left out would be asked and paid for
    obey_stop(recorder)
    meter.phase("explain")
    by_row = dict(zip(splits["validation"].row, splits["validation"].inputs, strict=True))
    explain_examples(folder, kind, predictor, by_row, recorder)

"""A finished run's own mistakes, explained at its end, where torch is loaded anyway.

Which method: a linear model of texts is taken apart exactly; a trained network is explained by its gradients; any
other model is asked without each part of the input. The network is used only when it answers as the served model does:
of a model in 8 bits, or one that was exported otherwise, the served answers are explained.
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import N_, InputError, ProspectusError
from engine.evaluation.stored import Predictions, read_predictions
from engine.explanation.gradients import explain_by_gradients
from engine.explanation.linear import class_words, explain_linear
from engine.explanation.occlusion import explain_by_leaving_out
from engine.explanation.pictures import cover, explain_by_covering, explain_by_saliency
from engine.explanation.results import Explanation
from engine.explanation.stored import Example, Explained, write_explained
from engine.inference.linear import LinearText
from engine.inference.runtimes import Predictor
from engine.recorder import Recorder
from engine.spec import Input, InputKind
from engine.training.modality import WHOLE_FOLDER, modality_of
from engine.training.stop import obey_stop

MISTAKES, RIGHT = 6, 2
SECONDS = 6.0
"""After this no further example is begun: a large model on a slow machine explains fewer."""
TOLERANCE = 0.01
"""Largest difference between the network's and the served model's probability of the explained answer."""
Method = Callable[[Input], list[Explanation]]


def explain_examples(
    folder: Path, kind: InputKind, predictor: Predictor, inputs: Mapping[int, Input], recorder: Recorder
) -> None:
    """Explain examples of the run's validation rows and store them in its folder; what does not work is noted.

    inputs: of every evaluated row. Raises StopRun.
    """
    predictions = read_predictions(folder, "validation")
    method, begun = _method(folder / "artifact", kind, predictor, recorder), time.monotonic()
    found: list[Example] = []
    chosen = choose(predictions)
    for place in chosen:
        obey_stop(recorder)
        if time.monotonic() - begun > SECONDS:
            recorder.note(
                N_("Explained {done} of {all} examples: more would take long."), done=len(found), all=len(chosen)
            )
            break
        recorder.progress(0.99, N_("Explaining answers: {done} of {all}"), done=len(found), all=len(chosen))
        row = int(predictions.row[place])
        try:
            told = method(inputs[row])
        except InputError as error:
            recorder.note(N_("Row {row} is not explained: {reason}"), row=row, reason=str(error))
            continue
        found.append(Example(row, predictor.labels[int(predictions.y[place])], tuple(told)))
    words = class_words(predictor) if isinstance(predictor, LinearText) else {}
    recorder.artifact("explanations", write_explained(folder, Explained(tuple(found), words)))


def choose(predictions: Predictions, mistakes: int = MISTAKES, right: int = RIGHT) -> list[int]:
    """Places of the most confident mistakes, then of the most confident right answers."""
    answers, sure = predictions.probabilities.argmax(axis=1), predictions.probabilities.max(axis=1)
    order = np.argsort(-sure, kind="stable")
    wrong = [int(i) for i in order if answers[i] != predictions.y[i]]
    good = [int(i) for i in order if answers[i] == predictions.y[i]]
    return [*wrong[:mistakes], *good[:right]]


def _method(artifact: Path, kind: InputKind, predictor: Predictor, recorder: Recorder) -> Method:
    """The best method that this artifact allows."""
    if isinstance(predictor, LinearText):
        return lambda text: [explain_linear(predictor, text)]
    asking = _asking(kind, predictor)
    if not (artifact / WHOLE_FOLDER).is_dir():
        return asking
    try:
        network = _network(artifact, kind, predictor)
    except ProspectusError as error:
        recorder.note(N_("Answers are explained by leaving parts out: {reason}"), reason=str(error))
        return asking
    return _checked(network, asking, predictor, recorder)


def _asking(kind: InputKind, predictor: Predictor) -> Method:
    """Ask the served model without each part of the input."""

    def pictures(given: Input) -> list[Explanation]:
        plan = cover(given)
        return [plan.explained(predictor.predict(plan.asked()), predictor.labels)]

    def texts(given: Input) -> list[Explanation]:
        return [explain_by_leaving_out(predictor.predict, given, predictor.labels)]

    return pictures if kind == "image" else texts


def _network(artifact: Path, kind: InputKind, predictor: Predictor) -> Method:
    """The gradients of the network that was trained. Raises InputError when the artifact has none."""
    learner: Any = modality_of(kind).finished(artifact)
    model = learner.model.eval()
    for weight in model.parameters():
        weight.requires_grad_(False)

    def texts(given: Input) -> list[Explanation]:
        return [explain_by_gradients(model, learner.tokenizer, given, predictor.labels, max_length=learner.max_length)]

    def pictures(given: Input) -> list[Explanation]:
        pixels = learner.rows([given], [0])[0]["pixels"]
        return [explain(model, pixels, predictor.labels) for explain in (explain_by_covering, explain_by_saliency)]

    return pictures if kind == "image" else texts


def _checked(network: Method, asking: Method, predictor: Predictor, recorder: Recorder) -> Method:
    """The network's explanations where its answer is the served model's, else those by asking the served model."""
    told: list[bool] = []

    def explain(given: Input) -> list[Explanation]:
        try:
            found = network(given)
        except (TypeError, RuntimeError, NotImplementedError, AttributeError) as error:
            reason: str = f"{type(error).__name__}: {error}"[:200]
        else:
            served = predictor.predict([given])[0]
            if abs(float(served[list(predictor.labels).index(found[0].label)]) - found[0].probability) <= TOLERANCE:
                return found
            reason = "the trained network and the served model differ"
        if not told:
            recorder.note(N_("Answers are explained by leaving parts out: {reason}"), reason=reason)
            told.append(True)
        return asking(given)

    return explain

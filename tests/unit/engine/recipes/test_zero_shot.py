from pathlib import Path

import numpy as np
import pytest

from engine.errors import InputError
from engine.inference.manifest import write_manifest
from engine.inference.runtimes import load_predictor
from engine.recipes import zero_shot
from engine.recipes.zero_shot import Config, described
from engine.spec import DataFacts
from tests.unit.engine.recipes.material import make_context

ROWS = {"train": 6, "validation": 10, "test": 40}
WORDS = "good: The customer praises it: great, lovely.\n\npoor: The customer is angry, it is awful and broken."


def test_it_answers_by_descriptions_and_uses_no_row(tmp_path: Path) -> None:
    answers = []
    for name, emptied in (("with", ()), ("without", ("train", "validation"))):
        context = make_context(tmp_path / name, zero_shot.RECIPE, {"descriptions": WORDS}, ROWS)
        for split in emptied:
            context.inputs[split].clear()  # type: ignore[index]
            context.targets[split].clear()  # type: ignore[index]
        outcome = zero_shot.RECIPE.fit(context)
        write_manifest(context.artifact, context.job, outcome)
        answers.append(load_predictor(context.artifact).predict(context.inputs["test"]))
    assert np.array_equal(*answers)
    assert (answers[0].argmax(axis=1) == context.targets["test"]).mean() > 0.75
    assert outcome.trained_parameters == 0


def test_probabilities_are_the_softmax_of_cosines_over_the_temperature(tmp_path: Path) -> None:
    from engine.inference.encoders import load_encoder

    context = make_context(tmp_path, zero_shot.RECIPE, {"temperature": 0.2}, ROWS)
    write_manifest(context.artifact, context.job, zero_shot.RECIPE.fit(context))
    encoder = load_encoder("minilm", Path(context.job.cache_folder))
    words = encoder.encode(["This text is poor.", "This text is good."])
    powers = np.exp(encoder.encode(context.inputs["test"]) @ words.T / 0.2)
    found = load_predictor(context.artifact).predict(context.inputs["test"])
    assert np.abs(found - powers / powers.sum(axis=1, keepdims=True)).max() < 1e-5


def test_lines_name_classes_and_the_rest_get_the_template() -> None:
    config = Config(descriptions="a: b: of a with a colon\n  a:  of a \n", template="About {label}!")
    assert described(config, ["a", "a: b", "c"]) == ["of a", "of a with a colon", "About c!"]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (Config(descriptions="good: praise\nbad: anger"), "The line “bad: anger” must be a label, a colon"),
        (Config(descriptions="good:"), "The line “good:” must be"),
        (Config(descriptions="good: one\ngood: two"), "“good” is described twice"),
        (Config(template="no place"), "must hold {label}"),
        (Config(model="minilm"), "minilm was made for en; these texts are zh"),
    ],
)
def test_what_does_not_fit_is_refused_before_it_is_queued(config: Config, message: str) -> None:
    language = "zh" if config.model == "minilm" else "en"
    with pytest.raises(InputError, match=message.replace("{", r"\{").replace("}", r"\}")):
        zero_shot.check(config, DataFacts("text_classification", language, ("poor", "good")))


def test_it_says_why_pictures_cannot_be_described() -> None:
    assert "no words" in zero_shot.RECIPE.cannot["image_classification"]
    assert not set(zero_shot.RECIPE.cannot) & set(zero_shot.RECIPE.tasks)

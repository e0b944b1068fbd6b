"""What every recipe promises. A new recipe is covered by being there."""

import dataclasses
import functools
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import catalog
from engine.errors import ConfigError, InputError, MissingPart
from engine.inference.hosted.model import RemoteText, close_remote
from engine.inference.hosted.run import pay
from engine.inference.manifest import read_manifest, write_manifest
from engine.inference.runtimes import RUNTIMES, Predictor, load_predictor
from engine.recorder import request_stop
from engine.spec import DataFacts, Outcome, Recipe, build_config, field_type
from engine.training import checkpoints
from engine.training.settings import TrainingConfig
from engine.training.stop import StopRun
from tests.chat_server import KEY, chat_server
from tests.unit.engine.recipes.material import make_context

RECIPES = list(catalog.recipes().values())
DOCUMENT = Path(__file__).parents[2] / "docs" / "recipes.md"
PICKLES = (".pkl", ".pickle", ".joblib", ".pt", ".pth", ".bin", ".npy")
QUICK: Mapping[str, Any] = {"max_steps": 6, "batch_size": 8, "max_length": 24, "precision": "fp32"}
"""Settings that make a fit short, given to the recipes that have them; those that train get a tiny base model too."""
TRAINED: dict[str, Any] = {}
"""Settings of recipes that train a base model."""
NEEDED: dict[str, dict[str, Any]] = {
    "hosted_api": {
        "model": "m",
        "key_variable": "PROSPECTUS_TEST_KEY",
        "input_usd_per_mtok": 0.1,
        "output_usd_per_mtok": 0.4,
    }
}
"""Settings without which a recipe does nothing."""
ROWS = {"train": 48, "validation": 16, "test": 12}


@pytest.fixture(params=RECIPES, ids=[r.name for r in RECIPES])
def recipe(request: pytest.FixtureRequest) -> Recipe:
    found: Recipe = request.param
    return found


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True, scope="session")
def small(tiny_base: str) -> None:
    """What is trained is tiny; `test_lora` and `test_whole_models` train MiniLM."""
    TRAINED["model"] = tiny_base


@pytest.fixture(autouse=True, scope="session")
def hosted() -> Iterator[str]:
    """The address of an API of this machine, and its key in the environment."""
    with pytest.MonkeyPatch.context() as patch, chat_server() as chat:
        patch.setenv("PROSPECTUS_TEST_KEY", KEY)
        NEEDED["hosted_api"]["url"] = chat.url
        yield chat.url


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory, small: None) -> Path:
    """The folder of a finished run that recipes over a run start from."""
    folder = tmp_path_factory.mktemp("source") / "finished"
    trained = catalog.recipe("lora")
    _finish(trained, make_context(folder, trained, _quick(trained), ROWS))
    return folder


@pytest.fixture(scope="module")
def fitted(
    tmp_path_factory: pytest.TempPathFactory, cache: str, source: Path
) -> Callable[[Recipe], tuple[Outcome, Any]]:
    """What a recipe made of the material, fitted once for the tests that only look at it."""

    @functools.cache
    def fit_once(name: str) -> tuple[Outcome, Any]:
        return _fit(catalog.recipe(name), tmp_path_factory.mktemp(name), cache, source)

    return lambda recipe: fit_once(recipe.name)


def _quick(recipe: Recipe) -> dict[str, Any]:
    names = {f.name for f in dataclasses.fields(recipe.config)}
    quick = {name: value for name, value in QUICK.items() if name in names} | NEEDED.get(recipe.name, {})
    return quick | (TRAINED if issubclass(recipe.config, TrainingConfig) and "model" in names else {})


def _fit(recipe: Recipe, folder: Path, cache: str, source: Path) -> tuple[Outcome, Any]:
    start = {"source_run": source.name, "source_folder": str(source)} if recipe.over_run else {}
    context = make_context(folder, recipe, _quick(recipe), ROWS, cache_folder=cache, **start)
    return _finish(recipe, context), context


def _finish(recipe: Recipe, context: Any) -> Outcome:
    outcome = recipe.fit(context)
    write_manifest(context.artifact, context.job, outcome)
    return outcome


@contextmanager
def _opened(context: Any) -> Iterator[Predictor]:
    predictor = load_predictor(context.artifact)
    if isinstance(predictor, RemoteText):
        pay(predictor, context.job, context.recorder)
    yield predictor
    close_remote(predictor)


def _facts(recipe: Recipe, source: Path) -> DataFacts:
    """English texts, and the finished run for the recipes that need one."""
    facts = DataFacts("text_classification", "en", ("poor", "good"), {"train": 48, "validation": 16, "test": 12})
    return replace(facts, source_recipe="lora", source_folder=source) if recipe.over_run else facts


def test_it_has_words_and_a_place(recipe: Recipe) -> None:
    assert recipe.name.isidentifier()
    assert recipe.title
    assert recipe.summary.endswith(".")
    assert [r.order for r in RECIPES].count(recipe.order) == 1
    assert set(recipe.tasks) <= catalog.tasks().keys()


def test_its_form_can_be_drawn(recipe: Recipe) -> None:
    config = build_config(recipe.config, {})
    assert config.__dataclass_params__.frozen
    for setting in dataclasses.fields(recipe.config):
        value, metadata = getattr(config, setting.name), setting.metadata
        assert metadata["label"], setting.name
        assert field_type(recipe.config, setting.name) in (str, int, float, bool, tuple), setting.name
        assert not metadata["choices"] or value in metadata["choices"], setting.name
        assert None in (value, metadata["minimum"]) or value >= metadata["minimum"], setting.name
        assert None in (value, metadata["maximum"]) or value <= metadata["maximum"], setting.name
    assert build_config(recipe.config, dataclasses.asdict(config)) == config


def test_it_refuses_settings_it_does_not_have(recipe: Recipe) -> None:
    with pytest.raises(ConfigError, match="“nonsense” is no setting here"):
        build_config(recipe.config, {"nonsense": 1})


def test_it_accepts_english_as_it_comes(recipe: Recipe, source: Path) -> None:
    recipe.check(build_config(recipe.config, NEEDED.get(recipe.name, {})), _facts(recipe, source))


def test_what_is_not_configured_says_what_is_missing(recipe: Recipe, source: Path) -> None:
    if recipe.name not in NEEDED:
        return
    with pytest.raises(MissingPart, match="choose a URL"):
        recipe.check(build_config(recipe.config, {}), _facts(recipe, source))


def test_over_a_run_it_asks_for_one_and_refuses_what_it_cannot_start_from(
    recipe: Recipe, tmp_path: Path, cache: str, source: Path
) -> None:
    if not recipe.over_run:
        return
    config = build_config(recipe.config, {})
    with pytest.raises(InputError, match="Choose the finished run"):
        recipe.check(config, replace(_facts(recipe, source), source_folder=None))
    words = catalog.recipe("baseline")
    _fit(words, tmp_path / "words", cache, source)
    recipe.check(config, _facts(recipe, source))
    with pytest.raises(InputError, match="words"):
        recipe.check(config, replace(_facts(recipe, source), source_folder=tmp_path / "words"))


def test_its_artifact_is_served_from_plain_files(
    recipe: Recipe, source: Path, fitted: Callable[[Recipe], tuple[Outcome, Any]]
) -> None:
    outcome, context = fitted(recipe)
    assert outcome.runtime["kind"] in RUNTIMES
    assert 0 <= outcome.trained_parameters <= outcome.parameters
    assert recipe.over_run or recipe.name in ("zero_shot", "hosted_api") or outcome.trained_parameters
    assert read_manifest(context.artifact).source_run == (source.name if recipe.over_run else "")
    assert not [p for p in context.artifact.rglob("*") if p.suffix in PICKLES]
    with _opened(context) as predictor:
        found = predictor.predict(context.inputs["test"])
        assert predictor.labels == context.job.labels
        assert predictor.predict([]).shape == (0, 2)
    assert found.shape == (12, 2)
    assert found.dtype == np.float32
    assert np.allclose(found.sum(axis=1), 1.0, atol=1e-5)
    if outcome.draws is not None:
        assert all(p.shape == (16, 2) for p in outcome.draws.validation)
        assert np.abs(found - outcome.draws.test[outcome.draws.shipped]).max() < 1e-4


def test_it_answers_alike_for_one_seed(
    recipe: Recipe, tmp_path: Path, cache: str, source: Path, fitted: Callable[[Recipe], tuple[Outcome, Any]]
) -> None:
    answers = []
    for _, context in (fitted(recipe), _fit(recipe, tmp_path, cache, source)):
        with _opened(context) as predictor:
            answers.append(predictor.predict(context.inputs["test"]))
    assert np.array_equal(*answers)


def test_it_stops_when_asked(recipe: Recipe, tmp_path: Path, cache: str, source: Path) -> None:
    tmp_path.joinpath("run").mkdir()
    request_stop(tmp_path / "run", "shutdown")
    with pytest.raises(StopRun, match="shutdown"):
        _fit(recipe, tmp_path / "run", cache, source)
    if recipe.resumes and not recipe.over_run:  # those look before they train, and begin with that again
        # Frozen layers that are being computed keep what they have in the cache.
        kept = checkpoints.latest(tmp_path / "run" / "checkpoints") or list(Path(cache).glob("lower_layers/*.partial"))
        assert kept


def test_the_documentation_names_it_and_its_settings(recipe: Recipe) -> None:
    text = DOCUMENT.read_text()
    section = text.split(f"### `{recipe.name}`")[1].split("\n## ")[0].split("\n### ")[0]
    for setting in dataclasses.fields(recipe.config):
        assert f"| `{setting.name}` |" in section, setting.name


def test_listing_recipes_loads_nothing_heavy() -> None:
    script = (
        "import sys; from engine import catalog; catalog.recipes(); catalog.tasks();"
        "print(sorted({'torch', 'transformers', 'peft', 'sklearn', 'scipy', 'onnxruntime'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""A finished run's model in 8 bits: a quarter of the bytes, more requests a second, almost the same answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import N_, InputError
from engine.inference.files import place
from engine.inference.manifest import Manifest, read_manifest
from engine.inference.quantization import DYNAMIC, INT8, STATIC, Feeds, Scheme, quantize_graph
from engine.inference.runtimes import load_predictor
from engine.spec import Asked, DataFacts, FitContext, Outcome, Recipe, Work, setting
from engine.spec.work import uncounted
from engine.training.stop import obey_stop
from engine.training.workload.finished import in_eight_bits

GRAPH_KINDS = ("onnx_text", "onnx_image")
"""Runtimes whose whole model is one graph, named `model` in the manifest."""
ENCODER_KINDS = ("onnx", "onnx_image")
"""Encoders in ONNX, under a linear head."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of int8 quantization."""

    method: str = setting(
        "auto",
        N_("Ranges of the activations"),
        N_("dynamic finds them in every batch; static fixes them from training rows. auto: static for pictures."),
        choices=("auto", DYNAMIC, STATIC),
    )
    per_channel: bool = setting(
        True, N_("A scale for each channel"), N_("Costs no time and keeps more of the accuracy."), advanced=True
    )
    embeddings: bool = setting(
        True, N_("Embedding table too"), N_("Most bytes of a small text model are in it."), advanced=True
    )
    calibration_rows: int = setting(
        256,
        N_("Rows to calibrate on"),
        N_("Training rows that fix the ranges of the static method."),
        minimum=8,
        maximum=10_000,
        unit="rows",
        advanced=True,
    )
    max_evaluation_rows: int = setting(
        0,
        N_("Rows to evaluate on"),
        N_("Most rows of validation and of test that are scored; 0 for all. The same rows in every run."),
        minimum=0,
        zero=N_("all of them"),
    )


def check(config: Config, facts: DataFacts) -> None:
    """Raise InputError when the finished run's model has nothing that can be stored in 8 bits."""
    if facts.source_folder is None:
        raise InputError(N_("Choose the finished run whose model shall be made smaller."))
    manifest = read_manifest(facts.source_folder / "artifact")
    _graph_of(manifest, facts.source_recipe)
    if config.method == DYNAMIC and _sees(manifest):
        raise InputError(
            N_("Networks of convolutions are many times slower with dynamic ranges."),
            remedy=N_("Set “Ranges of the activations” to auto or static."),
        )


def work(config: Config, asked: Asked) -> Work:
    """Storing the weights anew, and serving twice: the small model and the one that it was made from."""
    return in_eight_bits(config, asked) if asked.input_kind == "text" else uncounted(config, asked)


def fit(context: FitContext) -> Outcome:
    """Quantize the graph of the finished run; everything else is taken over as it is."""
    assert context.source is not None
    config: Config = context.config
    folder = context.source / "artifact"
    manifest = read_manifest(folder)
    graph = _graph_of(manifest, manifest.recipe)
    method = _method(config.method, manifest)
    predictor = load_predictor(folder, context.job.threads)  # checks every file, and tells how inputs are fed
    obey_stop(context.recorder)
    context.recorder.progress(0.2, N_("Storing the weights in 8 bits"))
    for name in manifest.runtime["files"]:
        if name not in (graph, f"{graph}.data"):
            place(folder / name, context.artifact / name)
    scheme = Scheme(method, config.per_channel, config.embeddings)
    quantize_graph(folder / graph, context.artifact / graph, scheme, _calibration(predictor, context))
    context.recorder.facts(quantization={"method": method, "per_channel": config.per_channel})
    return Outcome(
        runtime=_runtime(manifest.runtime, graph, method),
        base_model=manifest.base_model,
        parameters=manifest.parameters,
    )


def _graph_of(manifest: Manifest, recipe: str) -> str:
    """The ONNX file of a manifest. Raises InputError saying why there is none to quantize."""
    runtime = manifest.runtime
    if runtime.get("precision") == INT8:
        raise InputError(N_("The model of run {run} is in 8 bits already."), run=manifest.run)
    if runtime["kind"] in GRAPH_KINDS:
        return str(runtime["model"])
    if runtime["kind"] == "embedding_head" and runtime["encoder"]["kind"] in ENCODER_KINDS:
        return next(str(name) for name in runtime["files"] if name.endswith(".onnx"))
    if runtime["kind"] == "embedding_head":
        raise InputError(
            N_("The encoder of run {run}, {model}, is stored in {bits} bits already."),
            run=manifest.run,
            model=runtime["encoder"]["kind"],
            bits=4,
        )
    raise InputError(
        N_("The model of run {run} ({recipe}) is a table of weights without a network: nothing to quantize."),
        run=manifest.run,
        recipe=recipe or manifest.recipe,
        remedy=N_("Choose a run whose model is a network, such as a fine-tuned one."),
    )


def _method(wanted: str, manifest: Manifest) -> str:
    """auto: dynamic for texts; static for pictures."""
    if wanted != "auto":
        return wanted
    return STATIC if _sees(manifest) else DYNAMIC


def _sees(manifest: Manifest) -> bool:
    """Whether it is a network of convolutions, which reads pictures."""
    return "onnx_image" in (manifest.runtime["kind"], manifest.runtime.get("encoder", {}).get("kind"))


def _calibration(predictor: Any, context: FitContext) -> Iterator[Feeds]:
    """Batches of training rows drawn by the seed; nothing is read of validation or test."""
    rows = context.inputs["train"]
    count = min(context.config.calibration_rows, len(rows))
    drawn = np.random.default_rng([context.job.seed, len(rows)]).permutation(len(rows))[:count]
    for _, feeds in predictor.feeds([rows[i] for i in sorted(drawn)]):
        obey_stop(context.recorder)
        yield feeds


def _runtime(source: Mapping[str, Any], graph: str, method: str) -> dict[str, Any]:
    """The manifest's runtime section, with the weights' file beside the graph."""
    files = [name for name in source["files"] if name not in (graph, f"{graph}.data")]
    runtime = {**source, "precision": INT8, "quantization": method, "files": [graph, f"{graph}.data", *files]}
    if "encoder" in source:
        # Another key: its vectors are not those of the encoder that it was made from.
        runtime["encoder"] = {**source["encoder"], "key": f"{source['encoder']['key']} {INT8} {method}"}
    return runtime


RECIPE = Recipe(
    name="quantize",
    title=N_("Quantize: the same model in 8 bits"),
    summary=N_(
        "Stores the weights of a finished run's model in 8 bits instead of 32. Takes seconds, needs no training, and "
        "says on the same rows what accuracy it cost."
    ),
    tasks=("text_classification", "image_classification"),
    config=Config,
    fit=fit,
    order=110,
    work=work,
    check=check,
    over_run=True,
)

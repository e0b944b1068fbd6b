"""A finished run's network with the parts taken out that matter least, and a little training to recover."""

import json
from dataclasses import asdict, dataclass

import numpy as np

from engine.errors import N_, InputError
from engine.inference.files import write_whole
from engine.spec import Asked, DataFacts, FitContext, Outcome, Recipe, Work, setting
from engine.spec.work import uncounted
from engine.training import pruning
from engine.training.fitting import card_of, count_weights, material_of, train
from engine.training.modality import WHOLE_FOLDER, Learner
from engine.training.recovery import RecoveryConfig, open_source, source_network
from engine.training.stop import obey_stop
from engine.training.workload.finished import trained_again

STRUCTURED, MAGNITUDE = "structured", "magnitude"
KEPT_FILE = "kept.json"
"""Beside the checkpoints: what stays is decided once, so that a resumed run goes on with the same network."""
IMPORTANCE_BATCH = 16


@dataclass(frozen=True, slots=True)
class Config(RecoveryConfig):
    """Settings of pruning and of the training after it."""

    method: str = setting(
        STRUCTURED,
        N_("Take out"),
        N_("structured: attention heads and neurons, a smaller and faster model. magnitude: single weights."),
        choices=(STRUCTURED, MAGNITUDE),
    )
    heads: float = setting(
        0.25, N_("Heads taken out"), N_("Share of all attention heads."), minimum=0.0, maximum=0.95, only="text"
    )
    neurons: float = setting(
        0.4,
        N_("Neurons taken out"),
        N_("Share of the neurons between the two layers of each block."),
        minimum=0.0,
        maximum=0.95,
        only="text",
    )
    weights: float = setting(
        0.5,
        N_("Weights set to zero"),
        N_("Share of single weights; magnitude only. Zeros save no time: dense arithmetic multiplies them too."),
        minimum=0.0,
        maximum=0.99,
    )
    importance_rows: int = setting(
        256,
        N_("Rows to judge importance by"),
        N_("Training rows on which it is measured how much each head and neuron matters."),
        minimum=8,
        maximum=10_000,
        unit="rows",
        advanced=True,
    )


def check(config: Config, facts: DataFacts) -> None:
    """Raise InputError when the finished run has no network, or none with heads and neurons for `structured`."""
    manifest, network = source_network(facts)
    if config.method == STRUCTURED and not network.get("num_attention_heads", network.get("n_heads")):
        raise InputError(
            N_("The network of run {run} has no attention heads; only single weights can be taken out of it."),
            run=manifest.run,
            remedy=N_("Set “Take out” to magnitude."),
        )


def work(config: Config, asked: Asked) -> Work:
    """Looking at rows forward and back to judge the parts, then training what is left."""
    if asked.input_kind != "text":
        return uncounted(config, asked)
    kept = 1 - (config.heads / 3 + config.neurons * 2 / 3) if config.method == STRUCTURED else 1.0
    looked = 3.0 * config.importance_rows / max(1, asked.rows["train"]) if config.method == STRUCTURED else 0.0
    return trained_again(config, asked, kept=kept, further=looked)


def fit(context: FitContext) -> Outcome:
    """Take out, train to recover, export the small network, and store it in its full shapes too."""
    config: Config = context.config
    learner = open_source(context)
    before, _ = count_weights(learner.model)
    material = material_of(learner, context)
    kept = _take_out(learner, context) if config.method == STRUCTURED else None
    if kept is None:
        _hold_at_zero(learner, context)
    weights = count_weights(learner.model)
    best = train(context, learner.model, material)
    if kept is None:
        pruning.settle(learner)
    context.recorder.facts(weights_before=before)
    runtime = learner.export(context.artifact)
    if kept is not None:
        pruning.widen(learner, kept)
    folder = context.artifact / WHOLE_FOLDER
    folder.mkdir(exist_ok=True)
    learner.save(folder, card_of(context, learner, material, best))
    return Outcome(runtime, learner.description, weights[0], weights[1])


def _take_out(learner: Learner, context: FitContext) -> pruning.Kept:
    """Narrow the network to its most important heads and neurons; says how many."""
    path = context.checkpoints / KEPT_FILE
    if path.is_file():
        kept = pruning.Kept(**json.loads(path.read_bytes()))
    else:
        kept = _decide(learner, context)
        write_whole(path, json.dumps(asdict(kept)).encode())
    all_heads, all_neurons = _sizes(learner)
    pruning.narrow(learner, kept)
    context.recorder.note(
        N_("{heads} of {all_heads} attention heads and {neurons} of {all_neurons} neurons stay."),
        heads=sum(map(len, kept.heads)),
        all_heads=all_heads,
        neurons=sum(map(len, kept.neurons)),
        all_neurons=all_neurons,
    )
    facts = {"heads": [len(h) for h in kept.heads], "neurons": [len(n) for n in kept.neurons]}
    context.recorder.facts(pruning={"method": STRUCTURED, **facts})
    return kept


def _decide(learner: Learner, context: FitContext) -> pruning.Kept:
    config: Config = context.config
    inputs, targets = context.inputs["train"], context.targets["train"]
    drawn = np.random.default_rng([context.job.seed, len(inputs)]).permutation(len(inputs))[: config.importance_rows]
    rows = learner.rows([inputs[i] for i in drawn], [targets[i] for i in drawn])
    batches = [
        [rows[i] for i in range(start, min(start + IMPORTANCE_BATCH, len(rows)))]
        for start in range(0, len(rows), IMPORTANCE_BATCH)
    ]
    done = iter(range(len(batches)))

    def tell() -> None:
        obey_stop(context.recorder)
        part = next(done) / len(batches)
        context.recorder.progress(0.1 * part, N_("Measuring what each head and neuron matters"))

    heads, neurons = pruning.importance(learner, batches, tell)
    return pruning.choose(heads, neurons, (config.heads, config.neurons), pruning.head_size(learner))


def _sizes(learner: Learner) -> tuple[int, int]:
    blocks = pruning.blocks_of(learner)
    size = pruning.head_size(learner)
    return (
        sum(b.layer(b.joined).in_features // size for b in blocks),
        sum(b.layer(b.falling).in_features for b in blocks),
    )


def _hold_at_zero(learner: Learner, context: FitContext) -> None:
    counted = pruning.thin(learner, context.config.weights)
    context.recorder.note(
        N_("{zeros} of {of} weights are held at zero. They save no time and no bytes as served: dense arithmetic."),
        **counted,
    )
    context.recorder.facts(pruning={"method": MAGNITUDE, **counted})


RECIPE = Recipe(
    name="prune",
    title=N_("Prune: take out what matters least"),
    summary=N_(
        "Measures how much each attention head and neuron of a finished run's network matters, takes the least "
        "important out, and trains what is left to recover."
    ),
    tasks=("text_classification",),
    config=Config,
    fit=fit,
    order=120,
    work=work,
    resumes=True,
    gpus="one",
    check=check,
    cannot={
        "image_classification": N_(
            "The network for pictures has convolutions, no attention heads and neurons to take out; single "
            "weights at zero would save neither time nor bytes."
        )
    },
    over_run=True,
)

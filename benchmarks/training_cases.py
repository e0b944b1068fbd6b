"""One training of benchmarks/training.py, in a process of its own; prints one JSON line.

Every case gets the same texts, base model, epochs, batch size, learning rate, schedule, weight decay, clipping and
threads. Timed is everything from texts in memory to trained weights: opening the model, tokenising, computing the
frozen layers' output where a case does, training; not the import of libraries, and not what follows the last step,
which is a checkpoint and the export for ours and nothing for the peers.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.review_openings import LABELS, Texts, drawn  # noqa: E402

MAX_LENGTH, TUTORIAL_LENGTH = 128, 512
BATCH, EPOCHS, RATE, DECAY, WARMUP = 16, 2.0, 5e-5, 0.01, 0.1
VALIDATION_ROWS = 64
PEAK_SECONDS = 20.0
TUTORIAL_ROWS = 32
"""The tutorial loop is timed on few rows: each takes about a second."""
PEERS: dict[str, dict[str, Any]] = {
    "plain": {},
    "grouped": {"train_sampling_strategy": "group_by_length"},
    "bf16": {"bf16": True},
    "grouped bf16": {"train_sampling_strategy": "group_by_length", "bf16": True},
    "grouped bf16 pad 8": {"train_sampling_strategy": "group_by_length", "bf16": True, "pad": 8},
}
"""Settings of transformers.Trainer. The best tuned one is the fastest of those after the first."""
OURS: dict[str, tuple[str, dict[str, Any]]] = {
    "full, frozen embedding": ("full", {"freeze_embeddings": True}),
    "full": ("full", {"freeze_embeddings": False}),
    "top_layers, own rate": ("top_layers", {"learning_rate": 2e-4}),
}
"""The last one is as the recipe comes, not at the common learning rate: fewer layers need larger steps to come as far
in as many of them."""
CLOCK_VARIABLE = "PROSPECTUS_BENCHMARK_CLOCK"
SECONDS = time.process_time if os.environ.get(CLOCK_VARIABLE) == "processor" else time.perf_counter
"""What is timed: the clock, or what the processor worked for this process, which others at work hardly change."""
TUTORIAL = "tutorial, padded to 512"


@dataclass(frozen=True, slots=True)
class Result:
    """What one training took and learned."""

    case: str
    rows: int
    """Rows that were trained on, each epoch counted."""
    seconds: float
    tokens_per_row: float
    right: list[bool] = field(default_factory=list)
    """For each test row whether it was answered rightly; empty when there were none."""


def run_case(case: str, seed: int, rows: int, test_rows: int, threads: int) -> Result:
    """Train one case on `rows` texts of a seed and answer `test_rows` others."""
    import torch
    import transformers

    from engine.inference.basemodels import resolve

    torch.set_num_threads(threads)
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    train, validation, test = drawn(seed, rows, VALIDATION_ROWS, test_rows)
    base = resolve("minilm").path
    with tempfile.TemporaryDirectory() as folder:
        if case in OURS:
            seconds, model, seen = _ours(case, seed, train, validation, threads, Path(folder))
        elif case == TUTORIAL:
            part = Texts(train.texts[:TUTORIAL_ROWS], train.targets[:TUTORIAL_ROWS])
            seconds, model, seen = _peer({"pad_to": TUTORIAL_LENGTH}, seed, part, base, Path(folder), epochs=1.0)
        else:
            seconds, model, seen = _peer(PEERS[case], seed, train, base, Path(folder))
        tokens = _tokens(base, train)
        right = [] if case == TUTORIAL or not test_rows else _answer(model, base, test)
    return Result(case, seen, seconds, tokens, right)


def _peer(  # noqa: PLR0917
    chosen: dict[str, Any], seed: int, train: Texts, base: str | Path, folder: Path, epochs: float = EPOCHS
) -> tuple[float, Any, int]:
    """transformers.Trainer as its documentation uses it."""
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        TrainingArguments,
        set_seed,
    )

    settings = dict(chosen)
    multiple, length = settings.pop("pad", None), settings.pop("pad_to", None)
    set_seed(seed)
    began = SECONDS()
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForSequenceClassification.from_pretrained(base, num_labels=len(LABELS), dtype="float32")
    padding: dict[str, Any] = {"padding": "max_length", "max_length": length} if length else {"max_length": MAX_LENGTH}
    encoded = tokenizer(train.texts, truncation=True, **padding)
    rows = [
        {"input_ids": ids, "attention_mask": mask, "labels": target}
        for ids, mask, target in zip(encoded["input_ids"], encoded["attention_mask"], train.targets, strict=True)
    ]
    arguments = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=epochs,
        per_device_train_batch_size=BATCH,
        learning_rate=RATE,
        weight_decay=DECAY,
        warmup_steps=round(WARMUP * epochs * -(-len(rows) // BATCH)),
        seed=seed,
        use_cpu=True,
        save_strategy="no",
        logging_strategy="no",
        report_to=[],
        disable_tqdm=True,
        dataloader_pin_memory=False,
        **settings,
    )
    collate = DataCollatorWithPadding(tokenizer, pad_to_multiple_of=multiple)
    Trainer(model, arguments, train_dataset=rows, data_collator=collate).train()
    return SECONDS() - began, model, round(epochs * len(rows))


def _ours(  # noqa: PLR0917
    case: str, seed: int, train: Texts, validation: Texts, threads: int, folder: Path
) -> tuple[float, Any, int]:
    """A recipe of the product, from its first word to the end of its last step."""
    # All that is imported on the way, before the time begins, as it is for the peers.
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, Trainer, set_seed  # noqa: F401

    from engine import catalog
    from engine.recorder import FileRecorder
    from engine.spec import FitContext, Job, build_config

    class Clock(FileRecorder):
        """Notes when the recipe opens the model and when it has trained it."""

        def __init__(self, folder: Path) -> None:
            super().__init__(folder)
            self.times: dict[str, float] = {}

        def progress(self, fraction: float, template: str, **values: Any) -> None:
            self.times.setdefault(template, SECONDS())
            if "step" in values and values["step"] == values["total"]:
                self.times["last step"] = SECONDS()

    name, chosen = OURS[case]
    config = {
        "epochs": EPOCHS,
        "batch_size": BATCH,
        "learning_rate": RATE,
        "weight_decay": DECAY,
        "warmup_share": WARMUP,
        "max_length": MAX_LENGTH,
        "patience": 0,
        "evaluations_per_epoch": 0,  # as the peers: the last weights are kept
        "checkpoint_every": 10_000,
        **chosen,
    }
    job = Job(
        run=folder.name,
        task="text_classification",
        recipe=name,
        config=config,
        seed=seed,
        dataset_folder="",
        dataset_fingerprint="",
        labels=LABELS,
        language="en",
        cache_folder=str(folder / "cache"),
        threads=threads,
        device="local_cpu",
        usd_per_hour=0.0,
        budget_usd=None,
        attempt=1,
    )
    for part in ("artifact", "checkpoints"):
        (folder / part).mkdir()
    recipe = catalog.recipe(name)
    splits = {"train": train, "validation": validation, "test": Texts([], [])}
    clock = Clock(folder)
    recipe.fit(
        FitContext(
            job=job,
            config=build_config(recipe.config, config),
            inputs={split: part.texts for split, part in splits.items()},  # type: ignore[misc]
            targets={split: part.targets for split, part in splits.items()},  # type: ignore[misc]
            artifact=folder / "artifact",
            checkpoints=folder / "checkpoints",
            recorder=clock,
        )
    )
    seconds = clock.times["last step"] - clock.times["Opening the base model {model}"]
    model = AutoModelForSequenceClassification.from_pretrained(folder / "artifact" / "merged", dtype="float32")
    return seconds, model, round(EPOCHS * len(train.texts))


def _answer(model: Any, base: str | Path, test: Texts) -> list[bool]:
    """Whether each test row is answered rightly, in float32."""
    import torch
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(base)
    order = sorted(range(len(test.texts)), key=lambda i: len(test.texts[i]))
    right = np.zeros(len(order), dtype=bool)
    model.eval()
    with torch.inference_mode():
        for start in range(0, len(order), 64):
            some = order[start : start + 64]
            texts = [test.texts[i] for i in some]
            batch = tokenizer(texts, truncation=True, max_length=MAX_LENGTH, padding=True, return_tensors="pt")
            said = model(**batch).logits.argmax(dim=1).numpy()
            right[some] = said == np.asarray([test.targets[i] for i in some])
    return [bool(one) for one in right]


def _tokens(base: str | Path, train: Texts) -> float:
    from transformers import AutoTokenizer

    encoded = AutoTokenizer.from_pretrained(base)(train.texts, truncation=True, max_length=MAX_LENGTH)["input_ids"]
    return float(np.mean([len(ids) for ids in encoded]))


def bf16_peak(threads: int) -> float:
    """Multiply-adds of bfloat16 matrices, in 10^12 operations a second (two for each): the best of ten, or of those
    that fit in PEAK_SECONDS on a processor that multiplies none."""
    import torch

    torch.set_num_threads(threads)
    a, b = (torch.randn(2048, 2048, dtype=torch.bfloat16) for _ in range(2))
    best, end = 0.0, time.perf_counter() + PEAK_SECONDS
    for _ in range(10):
        began = time.perf_counter()
        torch.mm(a, b)
        best = max(best, 2 * 2048**3 / (time.perf_counter() - began) / 1e12)
        if time.perf_counter() > end:
            break
    return best


def burn() -> None:
    """Train on one thread until killed."""
    while True:
        run_case("plain", 99, 400, 0, 1)


def main(arguments: Sequence[str]) -> None:
    """`CASE SEED ROWS TEST_ROWS THREADS`, or `peak THREADS`, or `burn`."""
    kinds: dict[str, Callable[[], object]] = {
        "burn": burn,
        "peak": lambda: {"peak": bf16_peak(int(arguments[1]))},
    }
    if arguments[0] in kinds:
        result = kinds[arguments[0]]()
    else:
        seed, rows, test_rows, threads = map(int, arguments[1:])
        result = asdict(run_case(arguments[0], seed, rows, test_rows, threads))
    print(json.dumps(result))


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    main(sys.argv[1:])

"""The fine-tuning loop: `transformers.Trainer` with our batches, checkpoints, curves and stops.

Resumes exactly: on one thread in float32 an interrupted and resumed training ends with the same weights as an
uninterrupted one. A checkpoint holds the trained weights, the best ones so far, optimizer, schedule, all random
generators and `Standing`; the order of the rows follows from (seed, epoch).
"""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from engine.allocator import keep_freed
from engine.evaluation.metrics import score_classes
from engine.recorder import Recorder
from engine.training import checkpoints, several
from engine.training.batching import BucketSampler
from engine.training.callback import callback_class
from engine.training.material import Material
from engine.training.memory import available_bytes, estimate, require_room
from engine.training.plan import Best, Plan, Standing
from engine.training.shortage import retried
from engine.training.swift import Masks, optimizer_class, swift

WEIGHTS_FILE = "trained.safetensors"
BEST_FILE = "best.safetensors"
STANDING_FILE = "standing.json"
EVALUATION_BATCH = 32


@dataclass(slots=True)
class Loop:
    """All that the trainer and its callback share."""

    material: Material
    plan: Plan
    recorder: Recorder
    folder: Path
    """Of the checkpoints."""
    standing: Standing
    best_weights: dict[str, Any]
    masks: Masks | None = None
    """Given on a processor, which trains by the means of `engine.training.swift`."""
    losses: list[Any] = field(default_factory=list)
    """Of the newest steps, as tensors: reading one waits for the device."""

    def read_losses(self) -> None:
        """Bring the newest losses into the standing."""
        self.standing.window += [float(loss) for loss in self.losses]
        self.losses.clear()


def fine_tune(model: Any, material: Material, plan: Plan, recorder: Recorder, folder: Path) -> Best:
    """Train the weights of `model` that require gradients, in place; they end as those of the best evaluation.

    `folder` keeps the checkpoints; training continues from the newest whole one there.
    Logs train.loss and validation.loss, .accuracy, .f1_macro. Raises StopRun after a checkpoint when asked to
    stop, DiskFull, InputError when a processor's memory is too small for it, OutOfRoom when the memory did not hold
    half a batch either, and `several.Assisted` at the end in a process that only helps.
    """
    import torch

    torch.set_num_threads(plan.threads)
    if not torch.cuda.is_available():
        keep_freed()
        _check_room(model, material, plan, recorder)
    first = {name: value.clone() for name, value in trained_weights(model).items()}

    def attempt(plan: Plan) -> Loop:
        if checkpoints.latest(folder) is None:
            _restore(model, first)
        model.zero_grad(set_to_none=True)
        return _trained(model, Loop(material, plan, recorder, folder, Standing(), {}))

    loop = retried(attempt, plan, folder, recorder)
    if several.rank() > 0:
        raise several.Assisted
    if loop.standing.best is None:
        raise RuntimeError("training ended without an evaluation")
    _restore(model, loop.best_weights)
    return loop.standing.best


def _trained(model: Any, loop: Loop) -> Loop:
    """The loop after training from its newest checkpoint to its end."""
    import torch

    newest = checkpoints.latest(loop.folder)
    if newest:
        loop.standing = Standing.load(newest.path / STANDING_FILE)
        loop.best_weights = _load(newest.path / BEST_FILE) if loop.standing.best else {}
    if loop.standing.finished:
        return loop
    loop.masks = None if torch.cuda.is_available() else Masks(loop.plan.seed)
    try:
        with swift(model, loop.masks) if loop.masks else nullcontext():
            trainer_class()(model, loop).train(resume_from_checkpoint=str(newest.path) if newest else None)
    finally:
        for name in ("forward", "_original_forward"):
            model.__dict__.pop(name, None)  # accelerate puts a forward in bfloat16 before the model's own
    return loop


def _check_room(model: Any, material: Material, plan: Plan, recorder: Recorder) -> None:
    """Refuse what a processor's memory cannot hold: there the system would kill it instead."""
    import psutil

    lengths = material.lengths(material.train)
    longest = material.train[max(range(len(lengths)), key=lengths.__getitem__)]

    def loss(batch: Mapping[str, Any]) -> Any:
        return material.loss(model, batch) if material.loss else model(**batch)

    with swift(model, Masks(plan.seed)):
        need = estimate(model, loss, longest, material.collate, plan.rows_at_once, bf16=plan.bf16)
    expected = psutil.Process().memory_info().rss + need.total_bytes
    recorder.facts(peak_memory_estimate_mb=round(expected / 1e6, 1))
    require_room(need, available_bytes())


@cache
def trainer_class() -> type[Any]:
    """The Trainer subclass; made on first use because importing Trainer takes seconds."""
    import numpy as np
    import torch
    from safetensors.torch import save_file
    from transformers import PrinterCallback, Trainer

    class FineTuner(Trainer):  # type: ignore[misc]
        def __init__(self, model: Any, loop: Loop) -> None:
            self.loop = loop
            lengths = loop.material.lengths(loop.material.train)
            self.sampler = BucketSampler(lengths, loop.plan.batch_size, loop.plan.seed)
            super().__init__(
                model,
                training_arguments(loop.plan, loop.folder),
                data_collator=loop.material.collate,
                train_dataset=loop.material.train,
                eval_dataset=loop.material.validation,
                compute_metrics=self._figures,
            )
            # A classifier's loss is a mean over rows and takes no count of items, though its forward accepts any
            # keyword: left at true, a batch in two parts, or on two devices, would have twice the gradient.
            self.model_accepts_loss_kwargs = False
            self.remove_callback(PrinterCallback)
            self.add_callback(callback_class()(self, loop))

        def _get_train_sampler(self, train_dataset: Any = None) -> Any:
            return self.sampler

        def _get_eval_sampler(self, eval_dataset: Any) -> Any:
            lengths = self.loop.material.lengths(eval_dataset)
            return sorted(range(len(lengths)), key=lengths.__getitem__)

        def _remove_unused_columns(self, dataset: Any, description: str | None = None) -> Any:
            return dataset

        def floating_point_ops(self, inputs: Any) -> int:
            """Not counted: it would walk over all weights at every step, and nobody reads it."""
            return 0

        def create_optimizer(self, model: Any = None) -> Any:
            if self.loop.masks is not None:
                _, settings = self.get_optimizer_cls_and_kwargs(self.args, self.model)
                self.optimizer_cls_and_kwargs = (optimizer_class(), settings)
            return super().create_optimizer(model)

        def _clip_grad_norm(self, model: Any) -> Any:
            """Left to our own optimizer where that is used; the norm is not logged."""
            return super()._clip_grad_norm(model) if self.loop.masks is None else torch.zeros(())

        def compute_loss(self, model: Any, inputs: Any, return_outputs: bool = False, **kwargs: Any) -> Any:
            if self.loop.material.loss is None:
                return super().compute_loss(model, inputs, return_outputs, **kwargs)
            loss, outputs = self.loop.material.loss(model, inputs)
            return (loss, outputs) if return_outputs else loss

        def training_step(self, *args: Any, **kwargs: Any) -> Any:
            loss = super().training_step(*args, **kwargs)
            self.loop.losses.append(loss * self.current_gradient_accumulation_steps)
            return loss

        def _figures(self, prediction: Any) -> dict[str, float]:
            logits = np.asarray(prediction.predictions, dtype=np.float64)
            y = np.asarray(prediction.label_ids, dtype=np.int64)
            shifted = logits - logits.max(axis=1, keepdims=True)
            loss = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]
            found = score_classes(y, logits.argmax(axis=1), self.loop.material.classes)
            return {"accuracy": found.accuracy, "f1_macro": found.f1_macro, "cross_entropy": float(loss.mean())}

        def keep_best(self) -> None:
            self.loop.best_weights = {name: value.clone() for name, value in trained_weights(self.model).items()}

        def _save_checkpoint(self, model: Any, trial: Any) -> None:
            self.loop.read_losses()
            if several.rank() > 0:
                return

            def write(folder: Path) -> None:
                save_file(trained_weights(self.model), folder / WEIGHTS_FILE)
                save_file(self.loop.best_weights, folder / BEST_FILE)
                self._save_optimizer_and_scheduler(str(folder))
                self._save_rng_state(str(folder))
                self.state.save_to_json(str(folder / "trainer_state.json"))
                self.loop.standing.save(folder / STANDING_FILE)

            checkpoints.save(self.loop.folder, self.state.global_step, write)

        def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
            _restore(self.model, _load(Path(resume_from_checkpoint) / WEIGHTS_FILE))

    return FineTuner


def training_arguments(plan: Plan, folder: Path) -> Any:
    """TrainingArguments of a plan: no strategy of its own, as the callback decides when to log, evaluate, save."""
    import torch
    from transformers import TrainingArguments

    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=plan.epochs,
        max_steps=plan.total_steps,
        per_device_train_batch_size=plan.rows_at_once,
        gradient_accumulation_steps=plan.accumulation,
        per_device_eval_batch_size=EVALUATION_BATCH,
        learning_rate=plan.learning_rate,
        weight_decay=plan.weight_decay,
        warmup_steps=round(plan.warmup_share * plan.total_steps),
        lr_scheduler_type="linear",
        optim="adamw_torch_fused",
        bf16=plan.precision == "bf16",
        fp16=plan.precision == "fp16",
        use_cpu=not torch.cuda.is_available(),
        seed=plan.seed,
        eval_strategy="no",
        save_strategy="no",
        logging_strategy="no",
        report_to=[],
        disable_tqdm=True,
        log_level="error",
        dataloader_num_workers=plan.loaders,
        dataloader_pin_memory=torch.cuda.is_available(),
        remove_unused_columns=False,
        label_names=["labels"],
    )


def trained_weights(model: Any) -> dict[str, Any]:
    """The weights that training changes, by name, detached and contiguous."""
    return {name: p.detach().cpu().contiguous() for name, p in model.named_parameters() if p.requires_grad}


def _restore(model: Any, weights: Mapping[str, Any]) -> None:
    import torch

    parameters = dict(model.named_parameters())
    with torch.no_grad():
        for name, value in weights.items():
            parameters[name].copy_(value)


def _load(path: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    weights: dict[str, Any] = load_file(path)
    return weights

"""When the loop logs, evaluates, saves and ends."""

import time
from functools import cache
from typing import TYPE_CHECKING, Any

from engine.errors import N_
from engine.training.plan import Best
from engine.training.several import agreed
from engine.training.stop import StopRun

if TYPE_CHECKING:
    from engine.training.trainer import Loop


@cache
def callback_class() -> type[Any]:
    """The TrainerCallback subclass; made on first use because importing transformers takes seconds."""
    from transformers import TrainerCallback

    class Rhythm(TrainerCallback):  # type: ignore[misc]
        def __init__(self, trainer: Any, loop: "Loop") -> None:
            self.trainer = trainer
            self.loop = loop
            self.stop: str | None = None
            self.began: tuple[float, int] | None = None

        def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            self.began = self.began or (time.monotonic(), state.global_step)
            if self.loop.masks is not None:
                self.loop.masks.begin(state.global_step)

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            plan, step = self.loop.plan, state.global_step
            if step % plan.log_every == 0 or step >= plan.total_steps:
                self._log_loss(step)
            self.stop = agreed(self.loop.recorder.stop_requested())
            last = step >= plan.total_steps
            control.should_evaluate = step % plan.evaluate_every == 0 or last
            control.should_save = step % plan.checkpoint_every == 0 or last or self.stop is not None
            self.loop.standing.finished = last

        def on_evaluate(self, args: Any, state: Any, control: Any, metrics: dict[str, float], **_: Any) -> None:
            standing, plan, step = self.loop.standing, self.loop.plan, state.global_step
            found = Best(step, metrics["eval_f1_macro"], metrics["eval_accuracy"], metrics["eval_cross_entropy"])
            self.loop.recorder.log(
                step,
                **{
                    "validation.loss": found.loss,
                    "validation.accuracy": found.accuracy,
                    "validation.f1_macro": found.f1_macro,
                },
            )
            if standing.evaluated(found):
                self.trainer.keep_best()
            if plan.patience and standing.without_gain >= plan.patience:
                standing.finished = control.should_training_stop = control.should_save = True
            self.stop = agreed(self.stop or self.loop.recorder.stop_requested())
            control.should_save = control.should_save or self.stop is not None

        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            self.loop.recorder.checkpoint(state.global_step)
            if self.stop is not None:
                raise StopRun(self.stop)

        def _log_loss(self, step: int) -> None:
            self.loop.read_losses()
            window = self.loop.standing.window
            self.loop.recorder.log(step, **{"train.loss": sum(window) / len(window)})
            window.clear()
            began, first = self.began or (time.monotonic(), step)
            each = (time.monotonic() - began) / max(1, step - first)
            total = self.loop.plan.total_steps
            self.loop.recorder.progress(
                step / total,
                N_("Training: step {step} of {total}"),
                left_seconds=each * (total - step),
                step=step,
                total=total,
            )

    return Rhythm

"""The model card that goes with adapted weights. States what is known; leaves out what is not."""

from collections.abc import Mapping
from typing import Any

from engine.spec import Job
from engine.training.plan import Best


def model_card(job: Job, base: Mapping[str, Any], best: Best, train_rows: int, validation_rows: int) -> str:
    """Markdown with front matter, in English as model cards are."""
    front = ["---", f"license: {base['licence'].lower()}"] if base["licence"] else ["---"]
    if job.language != "und":
        front.append(f"language: {job.language}")
    front += [
        "library_name: transformers",
        f"pipeline_tag: {job.task.replace('_', '-')}",
        f"tags: [{job.recipe}]",
        "---",
        "",
    ]
    settings = [f"- {name}: {value}" for name, value in sorted(job.config.items())]
    return "\n".join(
        [
            *front,
            f"# {job.task}, run {job.run}",
            "",
            f"- Base model: {base['name']}, revision {base['revision']}, weights sha256 {base['sha256']}",
            f"- Licence of the base model: {base['licence'] or 'not stated by its package or card'}",
            f"- Trained on {train_rows} rows of the data set with fingerprint {job.dataset_fingerprint}",
            f"- Classes: {', '.join(job.labels)}",
            f"- Recipe: {job.recipe}, seed {job.seed}",
            *settings,
            "",
            f"These are the weights of step {best.step}, chosen by macro F1 on {validation_rows} validation rows, "
            f"where training measured macro F1 {best.f1_macro:.4f} and accuracy {best.accuracy:.4f}. "
            "The figures of the exported model, with intervals, are in evaluation.json of the run.",
            "",
        ]
    )

"""Work of recipes on pictures. Every picture is as large as another, so rows and sides are enough."""

from typing import Any

from engine.spec.work import Asked, Work
from engine.training.workload.texts import explaining, merged, serving

GFLOP_AT_224 = 0.78
"""Of one picture of 224 pixels a side in EfficientNet-lite0: 0.39 billion multiplications and additions (its authors'
table); it grows with the square of the side."""
SIDE = 224
SERVING_GFLOPS = 25.0
PARAMETERS = 4_652_008
FLOAT = 4.0
MB = 1e6
KEPT_VECTORS_MB = 31.0
"""What a picture of 224 pixels keeps for the way back, in megabytes; counted from the layers' outputs in float32."""


def side_of(model: str) -> int:
    """Pixels a side that `name@side` asks for; 224 when it does not."""
    _, _, side = model.partition("@")
    return int(side) if side.isdecimal() else SIDE


def gflop(pictures: float, side: int) -> float:
    """Billions of operations of looking at so many pictures."""
    return pictures * GFLOP_AT_224 * (side / SIDE) ** 2


def rows_of(config: Any, asked: Asked) -> dict[str, int]:
    """Rows by split that are used."""
    limit, most = getattr(config, "max_evaluation_rows", 0), getattr(config, "max_train_rows", 0)
    found = {split: min(rows, limit) if limit and split != "train" else rows for split, rows in asked.rows.items()}
    found["train"] = min(found["train"], most) if most else found["train"]
    return found


def training(config: Any, asked: Asked) -> Work:
    """A fine-tuning of the network for pictures."""
    rows, side = rows_of(config, asked), side_of(config.model)
    epochs = config.epochs
    looks = max(1.0, epochs * config.evaluations_per_epoch) * rows["validation"]
    each = gflop(1, side) / SERVING_GFLOPS
    fit = {
        "torch": 1.0,
        "gflop_pictures_trained": 3 * gflop(epochs * rows["train"], side),
        "gflop_pictures": gflop(looks, side),
        "exports": 1.0,
    }
    batch = config.batch_size * KEPT_VECTORS_MB * (side / SIDE) ** 2
    weights = FLOAT * PARAMETERS / MB
    moments = {"train": {"mb_python": 1.0, "mb_torch": 1.0, "mb_weights": weights, "mb_batch": batch}}
    return Work(_phases(fit, rows, side, each), moments)


def encoding(config: Any, asked: Asked, encoded: int) -> Work:
    """A head on the frozen network, over so many training pictures."""
    rows, side = rows_of(config, asked), side_of(config.model)
    seen = encoded + rows["validation"] + rows["test"]
    fit = {"torch": 1.0, "exports": 1.0, "heads": 1.0, "gflop_pictures": gflop(seen, side)}
    moments = {"encode": {"mb_python": 1.0, "mb_torch": 1.0, "mb_weights": FLOAT * PARAMETERS / MB}}
    return Work(_phases(fit, rows, side, gflop(1, side) / SERVING_GFLOPS), moments)


def _phases(fit: dict[str, float], rows: dict[str, int], side: int, each: float) -> dict[str, dict[str, float]]:
    seen = rows["validation"] + rows["test"] + min(rows["train"], rows["validation"])
    return {
        "setup": {"start": 1.0, "krows_read": sum(rows.values()) / 1000},
        "fit": fit,
        "evaluate": merged({"opens": 1.0, "splits_scored": 3.0}, {"gflop_pictures": gflop(seen, side)}),
        "serve": serving(each),
        "explain": {"captum": 1.0, "seconds_explained": explaining(60 * each)},
    }

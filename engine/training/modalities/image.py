"""Pictures: EfficientNet-lite0 with a new head, trained on squares of pixels."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

from engine.errors import N_, InputError
from engine.inference.basemodels import LITE0, BaseModel
from engine.inference.picture_encoders import load_picture_encoder, resolve_picture_model
from engine.inference.pictures import read_pixels
from engine.spec import DataFacts, Input
from engine.training.modality import Modality, Row, trained_network
from engine.training.settings import TrainingConfig

IN_MEMORY_BYTES = 250_000_000
"""Decoded pictures are kept while all of them take less; else each is decoded again when it is its turn."""
ADAPTED = ("_expand_conv", "_project_conv", "_conv_head")
"""The convolutions of 1 x 1: matrices over channels, which hold nine tenths of the weights."""


class PictureRows(Sequence[Row]):
    """Training rows {pixels: uint8 (side, side, 3), labels}, decoded at first use."""

    def __init__(self, inputs: Sequence[Input], targets: Sequence[int], side: int) -> None:
        self._inputs, self._targets, self._side = list(inputs), list(targets), side
        self._decoded: dict[int, Any] | None = {} if len(inputs) * side * side * 3 < IN_MEMORY_BYTES else None

    def __len__(self) -> int:
        return len(self._targets)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self)))]
        if place < 0 or place >= len(self):
            raise IndexError(place)
        return {"pixels": self._pixels(place), "labels": self._targets[place]}

    def __iter__(self) -> Iterator[Row]:
        return (self[place] for place in range(len(self)))

    def _pixels(self, place: int) -> Any:
        if self._decoded is None:
            return read_pixels(self._inputs[place], self._side)
        if place not in self._decoded:
            self._decoded[place] = read_pixels(self._inputs[place], self._side)
        return self._decoded[place]


@dataclass(frozen=True, slots=True)
class ImageHalves:
    """`Halves` of a picture classifier; the features of a row are (channels, height, width)."""

    lower: Any
    upper: Any
    features: tuple[int, ...]

    def shape(self, row: Row) -> tuple[int, ...]:
        """(channels, height, width), the same for all."""
        return self.features

    def collate(self, features: Sequence[Any], labels: Sequence[int]) -> Mapping[str, Any]:
        """features (rows, channels, height, width) in float32, labels (rows,)."""
        import numpy as np
        import torch

        stacked = np.stack([np.asarray(one, dtype=np.float32) for one in features])
        return {"features": torch.from_numpy(stacked), "labels": torch.tensor(list(labels))}


@dataclass(slots=True)
class ImageLearner:
    """A `Learner` of pictures."""

    model: Any
    description: Mapping[str, Any]
    side: int
    """Pixels a side that pictures are brought to."""

    def rows(self, inputs: Sequence[Input], targets: Sequence[int]) -> PictureRows:
        """{pixels, labels} of each picture, decoded when it is its turn."""
        return PictureRows(inputs, targets, self.side)

    def length(self, row: Row) -> int:
        """The same for all: pictures are of one size."""
        return self.side

    def lengths(self, rows: Sequence[Row]) -> list[int]:
        """The same for all."""
        return [self.side] * len(rows)

    def collate(self, rows: Sequence[Row]) -> dict[str, Any]:
        """pixels uint8 (rows, side, side, 3), labels (rows,)."""
        import numpy as np
        import torch

        pixels = torch.from_numpy(np.stack([row["pixels"] for row in rows]))
        return {"pixels": pixels, "labels": torch.tensor([row["labels"] for row in rows])}

    def blocks(self) -> Sequence[Any]:
        """The sixteen inverted bottlenecks."""
        blocks: Sequence[Any] = self.model.body._blocks
        return blocks

    def embedding(self) -> None:
        """Pictures have no table of input vectors."""
        return

    def adapter_layers(self) -> list[str]:
        """The 1 x 1 convolutions."""
        return list(ADAPTED)

    def cut(self, depth: int) -> ImageHalves:
        """Below bottleneck `depth`; the last layer and the head are in the upper half."""
        return _cut(self, depth)

    def save(self, folder: Path, card: str) -> None:
        """config.json (labels, side), model.safetensors, README.md."""
        from engine.inference.efficientnet import save_classifier

        save_classifier(self.model, folder)
        (folder / "README.md").write_text(card, encoding="utf-8")

    def export(self, artifact: Path) -> dict[str, Any]:
        """ONNX, as `onnx_image` serves it."""
        from engine.inference.efficientnet import export_classifier

        return export_classifier(self.model, artifact)


def _cut(learner: ImageLearner, depth: int) -> ImageHalves:
    import torch

    from engine.inference.efficientnet import finish, stem

    model, blocks = learner.model, list(learner.blocks())
    if not 0 < depth < len(blocks):
        raise InputError(
            N_("{model} has {layers} layers, so that between 1 and {most} can be frozen, not {depth}."),
            model=learner.description["name"],
            layers=len(blocks),
            most=len(blocks) - 1,
            depth=depth,
        )

    class Lower(torch.nn.Module):  # type: ignore[misc]
        def forward(self, pixels: Any) -> Any:
            features = stem(model.body, pixels)
            for block in blocks[:depth]:
                features = block(features)
            return features

    class Upper(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.blocks = torch.nn.ModuleList(blocks[depth:])
            self.last = torch.nn.ModuleList([model.body._conv_head, model.body._bn1])
            self.classifier, self.dropout = model.classifier, model.dropout

        def train(self, mode: bool = True) -> Any:
            super().train(mode)
            for part in self.modules():
                if isinstance(part, torch.nn.BatchNorm2d):
                    part.eval()
            return self

        def forward(self, features: Any, labels: Any = None) -> Any:
            return finish(model, features, depth, labels)

    model.eval()
    for part in (model.body._conv_stem, model.body._bn0, *blocks[:depth]):
        part.requires_grad_(False)
    lower = Lower().eval()
    with torch.inference_mode():
        shape = lower(torch.zeros((1, learner.side, learner.side, 3), dtype=torch.uint8)).shape[1:]
    return ImageHalves(lower, Upper(), tuple(shape))


def resolve(name: str) -> BaseModel:
    """A base model by name; its side is part of the name from here on."""
    base, side = resolve_picture_model(name)
    return dataclasses.replace(base, name=f"{base.name}@{side}")


def check(base: BaseModel, facts: DataFacts) -> None:
    """Every picture can be trained on: nothing to refuse."""


def fresh(base: BaseModel, labels: Sequence[str], seed: int, config: TrainingConfig) -> ImageLearner:
    """The pretrained network with a new head."""
    import transformers

    from engine.inference.efficientnet import load_body, make_classifier

    transformers.set_seed(seed)
    side = resolve_picture_model(base.name)[1]
    return ImageLearner(make_classifier(load_body(base, side), labels, side), base.description, side)


def finished(artifact: Path) -> ImageLearner:
    """The classifier in `merged/` of an artifact, after checking every file's hash."""
    from engine.inference.efficientnet import load_classifier

    _manifest, base, folder = trained_network(artifact)
    model = load_classifier(folder)
    return ImageLearner(model, base, int(model.side))


MODALITY = Modality(
    name="image",
    base_models={"*": LITE0},
    encoders={"*": LITE0},
    resolve=resolve,
    check=check,
    fresh=fresh,
    finished=finished,
    load_encoder=load_picture_encoder,
)

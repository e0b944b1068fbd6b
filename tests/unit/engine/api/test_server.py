"""The model server as customers meet it: a real process over loopback."""

import itertools
import json
import socket
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from engine.entrypoints.api.memory import EVERY_SECONDS
from engine.inference.runtimes import load_predictor
from tests.unit.engine.api.conftest import Server
from tests.unit.engine.inference.material import ODD, TEXTS


def test_health(server: Server) -> None:
    body = server.client.get("/health").json()
    assert (body["status"], body["threads"], body["memory_limit_bytes"]) == ("ok", 1, 1_000_000_000)


def test_models_are_listed_and_the_damaged_are_named(server: Server) -> None:
    body = server.client.get("/v1/models").json()
    assert {m["run"] for m in body["models"]} == {"words", "mini", "broken"}
    words = server.client.get("/v1/models/words").json()
    assert (words["task"], words["recipe"], words["labels"]) == ("text_classification", "baseline", ["bad", "good"])
    assert words["bytes"] > 100


@pytest.mark.parametrize("run", ["words", "mini"])
def test_answers_are_those_of_the_predictor(server: Server, home: Path, run: str) -> None:
    expected = load_predictor(home / "runs" / run / "artifact").predict(TEXTS)
    body = server.predict(run, inputs=TEXTS).raise_for_status().json()
    for result, row in zip(body["results"], expected, strict=True):
        assert [result["probabilities"][label] for label in ("bad", "good")] == pytest.approx(row.tolist(), abs=1e-5)
        assert result["label"] == ("bad", "good")[int(row.argmax())]
    assert body["batch"] == len(TEXTS)
    assert 0 < body["compute_seconds"] * 1_000 < body["latency_ms"]
    assert server.client.get(f"/v1/models/{run}").json()["loaded"]


def test_one_input_gives_one_result(server: Server) -> None:
    body = server.predict("words", input="Lovely dress").json()
    assert len(body["results"]) == 1
    assert body["batch"] == 1


def test_odd_texts_are_answered(server: Server) -> None:
    texts = json.dumps({"inputs": ODD})  # lone surrogates travel as \ud800
    answer = server.client.post("/v1/models/mini/predict", content=texts, headers={"content-type": "application/json"})
    assert len(answer.raise_for_status().json()["results"]) == len(ODD)


def _error(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.json().keys() == {"error"}
    error: dict[str, Any] = answer.json()["error"]
    assert error.keys() == {"kind", "template", "kept", "remedy", "values", "marked", "message"}
    assert "Traceback" not in answer.text
    return error


def test_an_unknown_run_lists_the_known(server: Server) -> None:
    for answer in (server.predict("nope", input="a"), server.client.get("/v1/models/nope")):
        assert "Known: broken, mini, words" in _error(answer, 404)["message"]
    assert _error(server.predict("unfinished", input="a"), 404)["kind"] == "UnknownName"


@pytest.mark.parametrize("run", ["..", "a.b", "-x", "x" * 65, "a b", "%00", "w%2e"])
def test_an_id_that_is_none_is_refused(server: Server, run: str) -> None:
    _error(server.client.post(f"/v1/models/{run}/predict", json={"input": "a"}), 404 if run == ".." else 422)


@pytest.mark.parametrize("path", ["/v1/models/..%2f..%2fetc", "/v1/models/%2e%2e/predict", "/nothing", "/docs"])
def test_paths_that_are_none_are_refused(server: Server, path: str) -> None:
    assert server.client.get(path).status_code in (404, 405, 422)
    assert "error" in server.client.get(path).json()


def test_a_damaged_model_is_named(server: Server) -> None:
    error = _error(server.predict("broken", input="a"), 500)
    assert error["kind"] == "StoredFileError"
    assert "linear.npz is damaged" in error["message"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "either"),
        ({"input": "a", "inputs": ["b"]}, "either"),
        ({"inputs": []}, "1 to 256 texts, not 0"),
        ({"inputs": ["a"] * 257}, "1 to 256 texts, not 257"),
        ({"input": "x" * 100_001}, "Text 1 has 100001 characters; at most 100000"),
        ({"inputs": ["a", "x" * 100_001]}, "Text 2 has"),
        ({"input": 5}, "input: Input should be a valid string"),
        ({"inputs": ["a", None]}, "inputs.1"),
        ({"inputs": "abc"}, "inputs: Input should be a valid list"),
        ({"input": "a", "top_k": 3}, "top_k"),
        ([], "valid dictionary"),
        ("a", "valid dictionary"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_request_that_breaks_a_rule_is_told_which(server: Server, body: Any, said: str) -> None:
    error = _error(server.client.post("/v1/models/words/predict", json=body), 422)
    assert said in error["message"]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"input": NaN}', b"[" * 5_000])
def test_a_body_that_is_no_json_is_refused(server: Server, content: bytes) -> None:
    headers = {"content-type": "application/json"}
    answer = server.client.post("/v1/models/words/predict", content=content, headers=headers)
    assert answer.status_code in (400, 422)
    assert "error" in answer.json()


def test_the_longest_allowed_text_is_answered(server: Server) -> None:
    for run in ("words", "mini"):
        assert server.predict(run, input="word " * 20_000).status_code == 200


def test_a_body_that_is_too_large_is_refused_as_announced_and_as_it_arrives(server: Server) -> None:
    url, headers = "/v1/models/words/predict", {"content-type": "application/json"}
    assert "1000000 bytes" in _error(server.client.post(url, content=b" " * 1_000_001, headers=headers), 413)["message"]
    blocks = (b" " * 65_536 for _ in range(40))
    try:
        answer = server.client.post(url, content=blocks, headers=headers)
    except httpx.WriteError:
        return  # the server hung up before all of it was sent
    _error(answer, 413)


def test_another_method_is_refused(server: Server) -> None:
    assert "Method Not Allowed" in _error(server.client.delete("/v1/models"), 405)["message"]


def test_a_client_that_goes_away_harms_nobody(server: Server) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    for _ in range(5):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(b"POST /v1/models/words/predict HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{")
    assert server.predict("words", input="a").status_code == 200


def test_openapi_documents_every_route(server: Server) -> None:
    document = server.client.get("/openapi.json").json()
    model = "/v1/models/{run}"
    routes = {"/health", "/v1/models", model, f"{model}/predict", f"{model}/predict/picture", f"{model}/explain"}
    assert set(document["paths"]) == routes
    predict = document["paths"]["/v1/models/{run}/predict"]["post"]
    assert predict["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("PredictResponse")
    assert predict["responses"]["413"]["content"]["application/json"]["schema"]["$ref"].endswith("ErrorResponse")
    assert predict["responses"]["422"]["content"]["application/json"]["schema"]["$ref"].endswith("ErrorResponse")
    inputs = document["components"]["schemas"]["PredictRequest"]["properties"]["inputs"]
    assert inputs["maxItems"] == 256


def test_the_process_is_small_and_has_no_torch(server: Server) -> None:
    server.predict("mini", inputs=["a text of some length"] * 64).raise_for_status()
    process = psutil.Process(server.process.pid)
    time.sleep(2 * EVERY_SECONDS)  # what the requests of other tests left is returned by then
    print(f"ready after {server.ready_seconds:.2f} s, {process.memory_info().rss / 1e6:.0f} MB")
    assert process.memory_info().rss < 200_000_000
    assert not [m.path for m in process.memory_maps() if "torch" in m.path or "sklearn" in m.path]


def test_usage_counts_every_text_once_and_no_second_twice(server: Server, home: Path) -> None:
    def lines() -> list[dict[str, Any]]:
        return [json.loads(line) for f in (home / "usage").glob("*.jsonl") for line in f.read_text().splitlines()]

    before = lines()
    parts: list[float] = []

    def ask(run: str) -> None:
        with httpx.Client(base_url=server.url, timeout=30) as client:
            for count in (1, 3, 1, 2):
                answer = client.post(f"/v1/models/{run}/predict", json={"inputs": ["some text"] * count})
                parts.append(answer.raise_for_status().json()["compute_seconds"])

    clients = [threading.Thread(target=ask, args=(run,)) for run in ("words", "mini") * 4]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    new = lines()[len(before) :]
    assert sum(line["requests"] for line in new) == 8 * 7
    assert {line["run"] for line in new} == {"words", "mini"}
    assert all(line["kind"] == "usage" and line["at"] >= line["end"] >= line["start"] for line in new)
    assert sum(parts) == pytest.approx(sum(line["compute_seconds"] for line in new))
    ordered = sorted(new, key=lambda line: line["start"])
    assert all(a["end"] <= b["start"] + 2e-3 for a, b in itertools.pairwise(ordered))

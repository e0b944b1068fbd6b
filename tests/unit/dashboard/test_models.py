"""The model server as pages ask it; what goes wrong there arrives in plain words."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from dashboard import models
from engine.errors import ProspectusError, UnknownName

ANSWERS: dict[str, tuple[int, str]] = {}


class Server(BaseHTTPRequestHandler):
    """Says what the test wants said."""

    def do_GET(self) -> None:
        """The reply for the path."""
        status, body = ANSWERS[self.path]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_POST(self) -> None:
        """The same, once the body is read."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server at the address that pages ask."""
    http = HTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    monkeypatch.setenv(models.ADDRESS, f"http://127.0.0.1:{http.server_port}")
    yield
    models._client(models.address()).close()
    models._client.cache_clear()
    http.shutdown()
    thread.join()
    http.server_close()
    ANSWERS.clear()


def test_it_answers_with_label_probabilities_and_time(server: None) -> None:
    ANSWERS["/v1/models/8f3a"] = (200, json.dumps({"loaded": False}))
    result = {"label": "yes", "probabilities": {"yes": 0.7, "no": 0.3}}
    ANSWERS["/v1/models/8f3a/predict"] = (200, json.dumps({"results": [result], "latency_ms": 3.5}))
    answer = models.predict("8f3a", "text")
    assert (answer.label, answer.latency_ms, answer.opened) == ("yes", 3.5, True)


def test_its_own_errors_keep_their_template_for_translation(server: None) -> None:
    error = UnknownName("model", "x", ["y"])
    ANSWERS["/v1/models/x"] = (404, json.dumps({"error": error.as_dict()}))
    with pytest.raises(ProspectusError, match="There is no model called “x”") as caught:
        models.predict("x", "text")
    assert caught.value.template == error.template


@pytest.mark.parametrize("body", ["<html>", "[]", '{"detail": "Not Found"}', ""])
def test_another_program_at_the_port_is_told_apart(body: str, server: None) -> None:
    ANSWERS["/health"] = (404, body)
    with pytest.raises(ProspectusError, match="no model server"):
        models.health()


def test_a_server_that_is_not_there_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(models.ADDRESS, "http://127.0.0.1:1")
    with pytest.raises(ProspectusError, match="is not there") as caught:
        models.predict("8f3a", "text")
    assert "kept" in caught.value.kept
    assert caught.value.remedy

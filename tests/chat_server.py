"""A small server that speaks OpenAI's chat completions, and misbehaves when told to."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-this-is-a-secret"
GOOD_WORDS = ("lovely", "great", "wonderful", "excellent", "pleasant", "superb", "good")


def sentiment(body: Mapping[str, Any]) -> str:
    """Answers as a model that knows which words praise."""
    text = body["messages"][-1]["content"].lower()
    return "good" if any(word in text for word in GOOD_WORDS) else "poor"


@dataclass
class Chat:
    """What the server does and saw. `faults` are used up one a request before it answers well."""

    url: str = ""
    answer: Callable[[Mapping[str, Any]], str] = sentiment
    faults: list[Any] = field(default_factory=list)
    """Each an HTTP status, (status, headers), raw bytes sent with 200, or seconds to sleep as a float."""
    usage: Callable[[Mapping[str, Any], str], Any] | None = None
    request_id: Callable[[int], str] = lambda n: f"chatcmpl-{n}"
    key: str | None = KEY
    bodies: list[dict[str, Any]] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    """What requests called the host that they went to."""
    at_once: int = 0
    most_at_once: int = 0
    think_seconds: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def tokens(self, body: Mapping[str, Any], said: str) -> Any:
        """A token a word, half of the prompt from a cache of 8."""
        if self.usage is not None:
            return self.usage(body, said)
        read = sum(len(m["content"].split()) for m in body["messages"])
        return {
            "prompt_tokens": read,
            "completion_tokens": len(said.split()),
            "prompt_tokens_details": {"cached_tokens": min(8, read)},
        }


@contextmanager
def chat_server(chat: Chat | None = None) -> Iterator[Chat]:
    """The server at a free port of this machine, for the length of the block."""
    chat = chat or Chat()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            with chat.lock:
                chat.bodies.append(body)
                chat.hosts.append(self.headers["host"])
                number = len(chat.bodies)
                fault = chat.faults.pop(0) if chat.faults else None
                chat.at_once += 1
                chat.most_at_once = max(chat.most_at_once, chat.at_once)
            try:
                self._respond(body, number, fault)
            except (BrokenPipeError, ConnectionResetError):
                pass  # who asked has gone
            finally:
                with chat.lock:
                    chat.at_once -= 1

        def _respond(self, body: Mapping[str, Any], number: int, fault: Any) -> None:
            time.sleep(chat.think_seconds)
            if chat.key is not None and self.headers.get("authorization") != f"Bearer {chat.key}":
                self._send(401, f'{{"error": "wrong key {self.headers.get("authorization")}"}}'.encode())
            elif isinstance(fault, float):
                time.sleep(fault)
                self._send(200, b"late")
            elif isinstance(fault, bytes):
                self._send(200, fault)
            elif fault is not None:
                status, headers = fault if isinstance(fault, tuple) else (fault, {})
                self._send(status, json.dumps({"error": f"no, {chat.key}"}).encode(), headers)
            else:
                self._answer(body, number)

        def _answer(self, body: Mapping[str, Any], number: int) -> None:
            said = chat.answer(body)
            message = {"role": "assistant", "content": said}
            reply = {"id": chat.request_id(number), "choices": [{"message": message}], "usage": chat.tokens(body, said)}
            self._send(200, json.dumps(reply).encode())

        def _send(self, status: int, content: bytes, headers: Mapping[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {"content-length": str(len(content)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    chat.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""The model server's life: it starts, stops at a signal, and does not outlive its parent."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil

from tests.unit.engine.api.conftest import Server, free_port


def test_sigterm_stops_it_cleanly_and_quietly(own_home: Path) -> None:
    server = Server(own_home)
    server.predict("words", input="a").raise_for_status()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(60) == 0
    assert server.errors() == ""
    server.close()


def test_an_empty_home_is_served(tmp_path: Path) -> None:
    server = Server(tmp_path)
    assert server.client.get("/v1/models").json() == {"models": [], "damaged": []}
    assert "Known: none yet" in server.predict("x", input="a").json()["error"]["message"]
    assert not (tmp_path / "usage").exists()
    server.close()


def test_a_model_beyond_the_memory_limit_is_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "runs").symlink_to(home / "runs")
    server = Server(tmp_path, "--memory-mb", "50")
    answer = server.predict("mini", input="a")
    assert answer.status_code == 409
    assert "more than the 50000000" in answer.json()["error"]["message"]
    assert "--memory-mb" in answer.json()["error"]["remedy"]
    assert server.predict("words", input="a").status_code == 200
    server.close()


def test_a_new_run_and_a_replaced_artifact_are_seen(own_home: Path) -> None:
    server = Server(own_home)
    assert server.predict("later", input="a").status_code == 404
    os.rename(own_home / "runs" / "words", own_home / "runs" / "later")  # noqa: PTH104
    assert server.predict("later", input="a").status_code == 200
    assert server.predict("words", input="a").status_code == 404
    (own_home / "runs" / "later" / "artifact" / "manifest.json").write_text("{}")
    assert server.predict("later", input="a").status_code == 500
    assert server.client.get("/v1/models").json()["damaged"][0]["run"] == "later"
    server.close()


def test_requests_under_way_are_answered_before_it_stops(own_home: Path) -> None:
    """Under way for certain: the server has read the head and says that it is waiting for the body."""
    server = Server(own_home)
    body = json.dumps({"inputs": ["x y " * 900] * 250}).encode()
    head = (
        "POST /v1/models/words/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nExpect: 100-continue\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", httpx.URL(server.url).port), timeout=60) as asking:
        asking.sendall(head.encode())
        assert asking.recv(1024).startswith(b"HTTP/1.1 100")
        server.process.send_signal(signal.SIGTERM)
        asking.sendall(body)
        assert asking.recv(1024).startswith(b"HTTP/1.1 200")
    assert server.process.wait(60) == 0
    server.close()


def test_with_parent_it_ends_when_its_parent_is_killed(own_home: Path) -> None:
    port = free_port()
    program = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-m', 'engine.entrypoints.api', '--home', {str(own_home)!r},"
        f" '--port', '{port}', '--with-parent'])\n"
        "print(child.pid, flush=True)\ntime.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    child = psutil.Process(int(parent.stdout.readline()))
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/health")
            break
        except httpx.TransportError:
            time.sleep(0.05)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    psutil.wait_procs([child], timeout=60)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE

"""A browser tab without a browser: a session of a served dashboard over its real WebSocket, for benchmarks.

Speaks Streamlit's own protocol, as its JavaScript does: a rerun request goes out, deltas come in, and the message that
the script has finished ends the wait. What a browser then needs to draw is not in these times.
"""

import time
from types import TracebackType
from typing import Any, Self

LONGEST_SECONDS = 120.0


class Session:
    """One tab. Opening it connects; the first `show` draws a page."""

    def __init__(self, port: int) -> None:
        from websockets.sync.client import connect

        self._socket = connect(
            f"ws://127.0.0.1:{port}/_stcore/stream",
            subprotocols=["streamlit"],
            max_size=None,
            proxy=None,  # type: ignore[list-item]
        )
        self._page = ""
        self.bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()

    def show(self, name: str, query: str = "") -> float:
        """Go to a page; seconds until its script has finished."""
        self.ask(name, query)
        return self.wait()

    def ask(self, name: str, query: str = "") -> None:
        """Ask for a page by its address without waiting for it."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        self._began = time.perf_counter()
        message = BackMsg()
        message.rerun_script.page_name = name
        message.rerun_script.query_string = query
        self._socket.send(message.SerializeToString())

    def click(self, query: str = "") -> float:
        """Rerun the shown page, as any widget on it does; seconds until its script has finished."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        self._began = time.perf_counter()
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page
        message.rerun_script.query_string = query
        self._socket.send(message.SerializeToString())
        return self.wait()

    def wait(self) -> float:
        """Seconds since what was asked last, when its script has finished. Raises RuntimeError when it failed."""
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        while True:
            data: Any = self._socket.recv(timeout=LONGEST_SECONDS)
            self.bytes += len(data)
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "navigation":
                self._page = message.navigation.page_script_hash
            elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
                raise RuntimeError(message.delta.new_element.exception.message)
            elif kind == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return time.perf_counter() - self._began
                raise RuntimeError(f"the script ended with {message.script_finished}")

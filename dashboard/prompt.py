"""Has the server send small messages at once, and the first page drawn without a look at the stack."""

import socket


def answer_at_once() -> None:
    """Set TCP_NODELAY on what Streamlit listens on; connections inherit it. To be called before the server starts.

    asyncio sets it by itself for sockets that name their protocol, and Streamlit's do not. Without it the second of
    two small messages waits until the browser's system has acknowledged the first: 40 ms of each click.
    """
    from streamlit.web.server.starlette import starlette_server

    bind = starlette_server._bind_socket

    def bind_promptly(address: str, port: int, backlog: int) -> socket.socket:
        listener = bind(address, port, backlog)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener

    starlette_server._bind_socket = bind_promptly


def no_look_at_the_stack() -> None:
    """Tell Streamlit that it was started as a server, which it would find out from the stack at its first element.

    That look opens the source of every module on the stack's way: 0.1 to 0.3 s of the first page.
    """
    from streamlit import delta_generator

    delta_generator._use_warning_has_been_displayed = True

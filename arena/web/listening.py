"""Listening at an address of this machine, and what has to be installed for it."""

from __future__ import annotations

import socket

from arena.core.errors import UsageError
from arena.core.files import why

HOST = "127.0.0.1"
"""The address at which only this machine reaches a server."""

PORTS = 65_535
"""The highest number of a port."""


def check_installed() -> None:
    """Raise an error with the line to install if the extra ``view`` is missing.

    Raises:
        UsageError: if starlette or uvicorn is not installed.
    """
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError:
        raise UsageError(
            "Seeing runs in a browser needs starlette and uvicorn; in the clone of Arena, run: "
            "pip install '.[view]'"
        ) from None


def listening_at(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address. The port 0 is any free one.

    Raises:
        UsageError: if there is no such port, or nothing can listen there.
    """
    if port > PORTS:
        raise UsageError(f"There is no port {port}; name one from 0 (any free one) to {PORTS}.")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        made = socket.socket(family)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(128)
    except OSError as error:
        raise UsageError(f"Nothing can listen at {host}:{port}: {why(error)}.") from None
    return made

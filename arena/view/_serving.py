"""Serving the pages: a server on this machine alone, at an address with a random token."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from pathlib import Path

from arena.core.errors import UsageError
from arena.core.files import why
from arena.view._runs import ShownRuns

HOST = "127.0.0.1"


def serve(folders: Sequence[Path], *, host: str = HOST, port: int = 0, ready: Callable[[str], None]) -> None:
    """Show runs to whoever opens the address, until the process is interrupted.

    Args:
        folders: the folders of the runs.
        host: the address to listen at. By default, only this machine reaches it.
        port: the port to listen at. 0 is any free one.
        ready: called with the address once the server listens.

    Raises:
        UsageError: if a run is not there, the address cannot be listened at, or the extra is missing.
        JournalError: if a journal cannot be read.
    """
    check_installed()
    import uvicorn

    from arena.view._access import Access, hosts_of
    from arena.view._app import application

    runs = ShownRuns(folders)
    listening = _listening(host, port)
    with listening:
        own_port = listening.getsockname()[1]
        access = Access(hosts_of(host, own_port))
        config = uvicorn.Config(
            application(runs, access),
            log_level="critical",
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        named = f"[{host}]" if ":" in host else host
        ready(f"http://{named}:{own_port}{access.root}/")
        uvicorn.Server(config).run(sockets=[listening])


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


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        made = socket.socket(family)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(128)
    except OSError as error:
        raise UsageError(f"Nothing can listen at {host}:{port}: {why(error)}.") from None
    return made

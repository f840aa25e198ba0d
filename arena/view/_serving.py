"""Serving the pages: a server on this machine alone, at an address with a random token."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from arena.core.log import logging_to
from arena.view._runs import ShownRuns
from arena.web.listening import HOST, check_installed, listening_at


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

    from arena.view._app import application
    from arena.web.access import Access, hosts_of

    runs = ShownRuns(folders)
    listening = listening_at(host, port)
    with listening, logging_to(None):
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

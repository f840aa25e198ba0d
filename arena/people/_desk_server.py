"""The server of the people in browsers: one in a process, with a secret link for each person."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from arena.core.errors import UsageError
from arena.core.log import log
from arena.people._desk import Desk
from arena.web.listening import check_installed, listening_at

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp, Receive, Scope, Send

    from arena.web.access import Access

_LINGERING = 3.0
"""How many seconds the server waits, when all is over, until the open pages show it."""
_QUIET = 1.0
"""For how many seconds nothing is asked for at the end, as a page has yet to load its style sheet."""


class DeskServer:
    """Serves the desks of people from the event loop in which they are asked.

    Args:
        host: the address to listen at.
        port: the port to listen at. 0 is any free one.
    """

    def __init__(self, host: str, port: int) -> None:
        self.place = host, port
        self._desks: list[tuple[Desk, Access, ASGIApp]] = []
        self._asked = 0
        self._listening: socket.socket | None = None
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def is_serving(self) -> bool:
        """Whether it listens for somebody."""
        return self._server is not None

    async def take(self, desk: Desk) -> str:
        """Serve a desk too, and return its secret link.

        Raises:
            UsageError: if nothing can listen there, or the extra ``view`` is missing.
        """
        check_installed()
        from arena.people._desk_routes import application
        from arena.web.access import Access, hosts_of

        host, port = self.place
        if self._listening is None:
            self._listening = listening_at(host, port)
            self._begin(self._listening)
        own = self._listening.getsockname()[1]
        access = Access(hosts_of(host, own), is_sent_around=True)
        self._desks.append((desk, access, application(desk, access)))
        named = f"[{host}]" if ":" in host else host
        return f"http://{named}:{own}{access.root}/"

    async def leave(self, desk: Desk) -> None:
        """Say on a desk's page that it is over. When all are, wait until open pages show it, and end."""
        desk.close()
        desks = [one for one, _, _ in self._desks]
        if not all(one.state.is_over for one in desks):
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(_LINGERING):
                await asyncio.gather(*(one.shown_to_its_end() for one in desks))
        if any(one.was_opened for one in desks):
            with suppress(TimeoutError):
                async with asyncio.timeout(_LINGERING):
                    await self._quiet()
        if all(one.state.is_over for one, _, _ in self._desks):
            await self._end()

    async def _quiet(self) -> None:
        """Wait until nothing was asked for during a while."""
        while True:
            asked = self._asked
            await asyncio.sleep(_QUIET)
            if asked == self._asked:
                return

    def _begin(self, listening: socket.socket) -> None:
        import uvicorn

        class Server(uvicorn.Server):
            """A server that leaves the signals of the process to the run."""

            @contextmanager
            def capture_signals(self) -> Iterator[None]:
                yield

        config = uvicorn.Config(
            self._answer,
            interface="asgi3",
            log_level="critical",
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))
        self._serving.add_done_callback(_tell_of_failure)

    async def _end(self) -> None:
        if self._server is None or self._serving is None or self._listening is None:
            return
        self._desks = []
        self._server.should_exit = True
        await asyncio.wait([self._serving])
        self._listening.close()
        self._server = self._serving = self._listening = None

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on to the desk whose link it uses, or refuse it."""
        from arena.web.access import Access, Guard

        self._asked += 1
        for _, access, answering in self._desks:
            if access.opens(scope.get("path", "")):
                await answering(scope, receive, send)
                return
        host, port = self.place
        hosts = self._desks[0][1].hosts if self._desks else frozenset((f"{host}:{port}",))
        await Guard(_nothing, Access(hosts))(scope, receive, send)


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer nothing. Nobody comes here, as the guard before it lets nobody in."""


def _tell_of_failure(serving: asyncio.Task[None]) -> None:
    if not serving.cancelled() and (error := serving.exception()) is not None:
        log.error("the page of the people cannot be served", error=type(error).__name__)


_SERVERS: WeakKeyDictionary[asyncio.AbstractEventLoop, DeskServer] = WeakKeyDictionary()


def the_server(name: str, host: str, port: int) -> DeskServer:
    """Return the server of this event loop. All people in browsers share one.

    Raises:
        UsageError: if another address was named before. `name` is the person who names this one.
    """
    server = _SERVERS.setdefault(asyncio.get_running_loop(), DeskServer(host, port))
    if server.place != (host, port) and server.is_serving:
        raise UsageError(
            f"{name} is to sit at {host}:{port}, and others sit at {server.place[0]}:{server.place[1]}; one "
            "process serves all people at one address, so name the same host and port for all of them."
        )
    server.place = host, port
    return server

"""The server's application: which address is answered by what. Journals are read off the event loop."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from arena.core.errors import UsageError
from arena.view._answering import PageAnswers
from arena.view._episode_routes import episode_routes
from arena.view._run_routes import run_routes
from arena.view._runs import ShownRuns
from arena.web.access import Access, Guard
from arena.web.static_files import STATIC, static_file


def application(runs: ShownRuns, access: Access) -> Guard:
    """Return the application that shows these runs to whoever `access` lets in."""
    own = PageAnswers(runs, access)

    async def static(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in STATIC:
            return own.refused(UsageError("There is no such file here."))
        return Response(static_file(name), media_type=STATIC[name])

    async def missing(_: Request, __: Exception) -> Response:
        return own.refused(UsageError("There is no such page here."))

    routes = [
        Route(f"{access.root}{path}", answer, methods=methods) for path, answer, methods in run_routes(own)
    ]
    routes += [Route(f"{access.root}{path}", answer) for path, answer in episode_routes(own)]
    routes.append(Route(f"{access.root}/static/{{name}}", static))
    app = Starlette(routes=routes, exception_handlers={404: missing, 405: missing})
    return Guard(app, access)

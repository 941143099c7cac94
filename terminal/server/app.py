"""The server as an ASGI app: builds every part, ties callables, and goes its rounds meanwhile."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from terminal.server.background import rounds_of
from terminal.server.clock import system_chance, system_clock
from terminal.server.database.connection import ServerDatabase
from terminal.server.database.failures import is_over_soon
from terminal.server.failures import words_of_failure
from terminal.server.intake.refusals import Refused
from terminal.server.registry.stores import begin
from terminal.server.rights.policy import Caps
from terminal.server.routes import owner, tills, watching
from terminal.server.routes.entrance import Entrance, refused
from terminal.server.routes.figures import Figures
from terminal.server.routes.openapi import publish_schema
from terminal.server.settings import Settings
from terminal.wire.sync_json import WAKE_PATH, Refusal

_LOG = logging.getLogger(__name__)

Clock = Callable[[], int]
"""Unix ms."""

_CODES = {404: "not_found", 405: "not_allowed"}


def make_app(
    database: ServerDatabase,
    settings: Settings,
    clock: Clock = system_clock,
    chance: Callable[[], str] = system_chance,
    *,
    owner_key: str,
    with_rounds: bool = True,
) -> FastAPI:
    """The app on an open database. Whoever opened the database closes it.

    ``with_rounds``: no other process goes the rounds of this server.
    """
    entrance = Entrance(
        database=database,
        now_ms=clock,
        chance=chance,
        caps=Caps(value_most=settings.value_most, count_most=settings.count_most),
        owner_key=owner_key,
        figures=Figures(database, clock),
    )

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        rounds = rounds_of(database, settings, clock, is_quiet=entrance.is_quiet)
        if with_rounds:
            rounds.start()
        try:
            yield
        finally:
            entrance.close()
            rounds.stop()

    database.run(lambda connection: begin(connection, chance))
    app = FastAPI(
        title="Tenth",
        version=_version(),
        lifespan=lifespan,
        docs_url=None,  # would load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,  # what was signed is a path, not one like it
    )
    app.state.entrance = entrance
    for router in (tills.router, owner.router, watching.router):
        app.include_router(router)
    app.add_exception_handler(Refused, _refuse)
    app.add_exception_handler(HTTPException, _refuse_http)
    app.add_middleware(Watch, entrance=entrance)
    publish_schema(app)
    return app


_FAILED = Refusal(code="failed", text="the server failed; nothing was lost")
_AWAY = Refusal(code="busy", text="the database cannot be asked now, come again in a moment")


class Watch:
    """Counts every answer, and turns what nobody foresaw into an answer that says so."""

    def __init__(self, app: ASGIApp, entrance: Entrance) -> None:
        self._app = app
        self._entrance = entrance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        code = 0

        async def sending(message: Message) -> None:
            nonlocal code
            if message["type"] == "http.response.start":
                code = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except ClientDisconnect:
            pass  # whoever asked hung up, as lines do
        except Exception as error:  # noqa: BLE001 - it is logged without the values it was about
            path = self._path(scope)
            _LOG.error("%s %s failed: %s", scope["method"], path, words_of_failure(error))
            if not code:
                # 500 makes a till send less at once; a database that is away is no fault of a fact.
                sorry, http = (_AWAY, 503) if is_over_soon(error) else (_FAILED, 500)
                await refused(sorry, http)(scope, receive, sending)
        finally:
            path = self._path(scope)
            took = None if path == WAKE_PATH else time.perf_counter() - begun
            self._entrance.figures.answered(path, code, took)

    @staticmethod
    def _path(scope: Scope) -> str:
        """A path that we know, so that strangers cannot fill the figures with theirs."""
        route = scope.get("route")
        return getattr(route, "path", "other")


async def _refuse(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    refusal = Refusal(code=error.code, text=error.text, problems=tuple(error.problems))
    return refused(refusal, error.http)


async def _refuse_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _CODES.get(error.status_code, "malformed")
    refusal = Refusal(code=code, text=str(error.detail))
    return refused(refusal, error.status_code, error.headers)


def _version() -> str:
    try:
        return version("tenth")
    except PackageNotFoundError:
        return "0"

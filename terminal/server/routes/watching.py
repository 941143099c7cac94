"""For whoever watches over the server: whether it is well, and its figures."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from terminal.server.database.registry import read_timeline
from terminal.server.intake.refusals import Refused
from terminal.server.routes.entrance import entrance_of

router = APIRouter()


_HEALTH = {
    "type": "object",
    "required": ["ok", "timeline"],
    "properties": {"ok": {"type": "boolean"}, "timeline": {"type": "integer"}},
}


# Described here: for a model of its own making FastAPI loads an older pydantic beside ours.
@router.get(
    "/healthz",
    response_model=None,
    responses={
        200: {"content": {"application/json": {"schema": _HEALTH}}},
        503: {"description": "The database does not answer."},
    },
)
async def get_healthz(request: Request) -> dict[str, bool | int]:
    """Whether the server and its database answer."""
    entrance = entrance_of(request)

    def work() -> int:
        with entrance.database.reading() as connection:
            return read_timeline(connection)

    try:
        return {"ok": True, "timeline": await entrance.work(work)}
    except Refused:
        raise
    except Exception as error:
        raise Refused("failed", 503, "the database does not answer") from error


@router.get("/metrics", include_in_schema=False)
async def get_metrics(request: Request) -> Response:
    """The figures, for the owner's eyes: `Tenth-Owner` or `Authorization: Bearer` with the key."""
    entrance = entrance_of(request)
    entrance.demand_owner(request)
    text = await entrance.work(entrance.figures.text)
    return Response(text, media_type=CONTENT_TYPE_LATEST)

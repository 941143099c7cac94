"""What the owner asks of a running server: codes for tills, and to publish."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from terminal.server.database.connection import Connection
from terminal.server.intake.refusals import Refused
from terminal.server.ledger.publication import publish
from terminal.server.registry import pairing
from terminal.server.registry.stores import UnknownStore
from terminal.server.routes.entrance import answered, entrance_of, plain_of, read, read_body
from terminal.server.routes.openapi import asked_with
from terminal.wire.registry_json import (
    CODES_PATH,
    PUBLISH_PATH,
    CodeReply,
    CodeRequest,
    PublishReply,
    PublishRequest,
)
from terminal.wire.signing import REQUEST_BYTES_MOST

PUBLISH_BYTES_MOST = 32 * 1024 * 1024
"""A price list as it travels. Only the owner sends one, so it may be larger than a request."""
PUBLISH_PLAIN_MOST = 256 * 1024 * 1024

router = APIRouter()


@router.post(CODES_PATH, **asked_with(CodeRequest, CodeReply, signed=False))
async def post_codes(request: Request) -> Response:
    """Gives a one-time code with which one more till joins a store."""
    entrance = entrance_of(request)
    entrance.demand_owner(request)
    body = await read_body(request, REQUEST_BYTES_MOST)
    wish = read(CodeRequest, plain_of(body))

    def work(connection: Connection) -> CodeReply:
        return pairing.issue_code(connection, wish.store, entrance.now_ms(), entrance.chance)

    try:
        return answered(request, await entrance.work(partial(entrance.database.run, work)))
    except UnknownStore as error:
        raise Refused("not_found", 404, str(error)) from error


@router.post(PUBLISH_PATH, **asked_with(PublishRequest, PublishReply, signed=False))
async def post_publish(request: Request) -> Response:
    """Publishes programmes, price lists, operators and the shop's record, or tells the difference."""
    entrance = entrance_of(request)
    entrance.demand_owner(request)
    body = await read_body(request, PUBLISH_BYTES_MOST)

    def work() -> PublishReply:
        wish = read(PublishRequest, plain_of(body, PUBLISH_PLAIN_MOST))
        return publish(entrance.database, wish, entrance.now_ms(), chance=entrance.chance)

    return answered(request, await entrance.work(work))

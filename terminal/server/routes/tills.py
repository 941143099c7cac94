"""What tills ask: sync, recover, wake, and to be let in."""

from __future__ import annotations

import asyncio
from functools import partial

from fastapi import APIRouter, Request, Response

from terminal.server.database.connection import Connection
from terminal.server.database.overview import news_waits
from terminal.server.intake import bringing, gate, recovery, sync
from terminal.server.intake.refusals import Refused
from terminal.server.registry import pairing
from terminal.server.routes.entrance import answered, entrance_of, plain_of, read, read_body
from terminal.server.routes.openapi import asked_with
from terminal.wire.moving_json import BRING_PATH, BringReply, BringRequest
from terminal.wire.registry_json import PAIR_PATH, PairReply, PairRequest
from terminal.wire.signing import (
    REQUEST_BYTES_MOST,
    SIGNATURE_HEADER,
    Unsigned,
    check_signature,
)
from terminal.wire.sync_json import (
    RECOVER_PATH,
    SYNC_PATH,
    WAKE_PATH,
    RecoverReply,
    RecoverRequest,
    SyncReply,
    SyncRequest,
)

WAKE_SECONDS = 25
"""Below the half minute after which proxies hang up."""
NOT_AT_ONCE_SECONDS = 1
"""A till that is told at once, again and again, comes once a second and no more."""

router = APIRouter()


@router.post(SYNC_PATH, **asked_with(SyncRequest, SyncReply, signed=True))
async def post_sync(request: Request) -> Response:
    """Facts and records up; acknowledgements, statements, revisions and rights down."""
    entrance = entrance_of(request)
    body = await read_body(request, REQUEST_BYTES_MOST)

    def work() -> SyncReply:
        admitted = gate.admit(entrance.database, "POST", SYNC_PATH, request.headers, body)
        return sync.answer(
            entrance.database,
            admitted.message(SyncRequest),
            now_ms=entrance.now_ms(),
            chance=entrance.chance,
            caps=entrance.caps,
        )

    return answered(request, await entrance.work(work, body_bytes=len(body)))


@router.post(RECOVER_PATH, **asked_with(RecoverRequest, RecoverReply, signed=True))
async def post_recover(request: Request) -> Response:
    """What the server holds of a log that has two futures."""
    entrance = entrance_of(request)
    body = await read_body(request, REQUEST_BYTES_MOST)

    def work() -> RecoverReply:
        admitted = gate.admit(entrance.database, "POST", RECOVER_PATH, request.headers, body)
        return recovery.recover(entrance.database, admitted.message(RecoverRequest))

    return answered(request, await entrance.work(work))


@router.get(WAKE_PATH, **asked_with(None, None, signed=True))
async def get_wake(request: Request) -> Response:
    """Waits until something changed for this till, or some seconds; carries nothing."""
    entrance = entrance_of(request)
    database = entrance.database
    admit = partial(gate.admit, database, "GET", WAKE_PATH, request.headers, b"")
    log = (await entrance.work(admit)).log

    def waits() -> bool:
        with database.reading() as connection:
            return news_waits(connection, log.incarnation)

    rung = asyncio.Event()
    end = await entrance.until_rung(partial(database.bell.listen, log.store), rung)
    try:
        seconds = NOT_AT_ONCE_SECONDS if (due := await entrance.work(waits)) else WAKE_SECONDS
        try:
            async with asyncio.timeout(seconds):
                await rung.wait()
        except TimeoutError:
            if not due:
                return Response(status_code=204, headers={"Cache-Control": "no-store"})
    finally:
        end()
    return Response(
        b'{"rang":true}', media_type="application/json", headers={"Cache-Control": "no-store"}
    )


@router.post(PAIR_PATH, **asked_with(PairRequest, PairReply, signed=True))
async def post_pair(request: Request) -> Response:
    """Lets a till in that shows a one-time code; signed by the key that it brings."""
    entrance = entrance_of(request)
    address = _patient(request)
    body = await read_body(request, REQUEST_BYTES_MOST)
    wish = read(PairRequest, plain_of(body))
    signature = request.headers.get(SIGNATURE_HEADER, "")
    try:
        check_signature(bytes.fromhex(wish.public_key), signature, "POST", PAIR_PATH, body)
    except Unsigned as error:
        raise Refused("unsigned", 401, str(error)) from error

    def work(connection: Connection) -> PairReply:
        return pairing.pair(connection, wish, entrance.now_ms(), entrance.chance)

    try:
        return answered(request, await entrance.work(partial(entrance.database.run, work)))
    except pairing.BadCode as error:
        entrance.tries.failed(address, entrance.now_ms())
        raise Refused("bad_code", 403, str(error)) from error
    except pairing.UnfitTill as error:
        raise Refused("malformed", 400, str(error)) from error
    except pairing.KnownLog as error:
        raise Refused("replayed", 409, str(error)) from error
    except pairing.NotBrought as error:
        raise Refused("not_brought", 409, str(error)) from error


@router.post(BRING_PATH, **asked_with(BringRequest, BringReply, signed=False))
async def post_bring(request: Request) -> Response:
    """Takes in a piece of a shop that comes from another server, for who shows a one-time code."""
    entrance = entrance_of(request)
    address = _patient(request)
    body = await read_body(request, REQUEST_BYTES_MOST)
    wish = read(BringRequest, plain_of(body))

    def work() -> BringReply:
        return bringing.bring(entrance.database, wish, entrance.now_ms())

    try:
        return answered(request, await entrance.work(work))
    except pairing.BadCode as error:
        entrance.tries.failed(address, entrance.now_ms())
        raise Refused("bad_code", 403, str(error)) from error


def _patient(request: Request) -> str:
    """The address of somebody who may try a code.

    Raises:
        Refused: there were too many wrong ones from there.
    """
    entrance = entrance_of(request)
    address = request.client.host if request.client else ""
    wait_ms = entrance.tries.wait_ms(address, entrance.now_ms())
    if wait_ms > 0:
        raise Refused("busy", 429, f"too many wrong codes, try again in {wait_ms // 1000 + 1} s")
    return address

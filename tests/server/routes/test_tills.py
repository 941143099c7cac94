"""What tills send, in bytes: what is not as it must be gets a clear refusal, and changes nothing."""

from __future__ import annotations

import asyncio
import json
import threading
import time
import zlib
from dataclasses import replace
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient

from terminal.server.database import registry
from terminal.server.database.connection import Connection
from terminal.server.routes import entrance, tills
from terminal.server.routes.tries import MOST, WINDOW_MS
from terminal.wire.signing import (
    INCARNATION_HEADER,
    PLAIN_BYTES_MOST,
    REQUEST_BYTES_MOST,
    SIGNATURE_HEADER,
    new_private_key,
    sign,
    squeeze,
)
from terminal.wire.sync_json import RECOVER_PATH, SYNC_PATH, WAKE_PATH, Verdict, write_message
from tests.server.registry.owners import (
    MINUTE,
    catalogue,
    issue,
    pair_request,
    product,
    programme,
    publish,
)
from tests.server.routes.served import JSON, SQUEEZED, HttpTill, Served, refusal


def test_a_till_joins_and_gets_what_was_published(served: Served) -> None:
    publish(served.database, programme(), catalogue(*(product(f"{n:03}") for n in range(300))))
    till = served.pair()

    reply = till.sync(cards_left=0)

    assert reply.verdict is Verdict.OK
    assert [one["programme"] for one in reply.programmes] == [7]
    assert [len(one.products) for one in reply.pricings] == [300]
    assert [(one.first, one.last) for one in reply.cards] == [(0, 999)]
    assert till.sync().pricings == ()


@pytest.mark.parametrize("how", ["plain", "deflate", "bare"])
def test_a_body_travels_in_three_ways(served: Served, how: str) -> None:
    publish(served.database, catalogue(*(product(f"{n:03}") for n in range(300))))
    till = served.pair()
    plain = write_message(till.next())
    if how == "plain":
        response = till.send(plain, **{"Accept-Encoding": "identity"})
    elif how == "deflate":
        response = till.send(squeeze(plain), **{"Content-Encoding": "deflate"})
        assert response.headers["Content-Encoding"] == "deflate"
    else:
        response = till.send(squeeze(plain), **SQUEEZED, **{"Accept-Encoding": "identity"})
        assert response.headers["Content-Type"] == SQUEEZED["Content-Type"]
    assert response.status_code == 200
    content = zlib.decompress(response.content) if how == "bare" else response.content
    assert json.loads(content)["request"] == 1


def test_unsigned(served: Served) -> None:
    till = served.pair()
    body = write_message(till.next())
    for headers in (
        {},
        {INCARNATION_HEADER: till.incarnation},
        {SIGNATURE_HEADER: sign(till.key, "POST", SYNC_PATH, body)},
        {INCARNATION_HEADER: till.incarnation, SIGNATURE_HEADER: "ÿ"},
        {
            INCARNATION_HEADER: till.incarnation,
            SIGNATURE_HEADER: sign(new_private_key(), "POST", SYNC_PATH, body),
        },
        {
            INCARNATION_HEADER: till.incarnation,
            SIGNATURE_HEADER: sign(till.key, "POST", RECOVER_PATH, body),
        },
    ):
        raw = {key: value.encode("latin-1").decode("latin-1") for key, value in headers.items()}
        encoded = {**JSON, **raw}
        response = served.client.post(
            SYNC_PATH,
            content=body,
            headers=[(key.encode(), value.encode("latin-1")) for key, value in encoded.items()],
        )
        refusal(response, 401, "unsigned")


def test_a_stranger(served: Served) -> None:
    till = served.pair()
    till.incarnation = "77" * 8
    refusal(till.send(write_message(till.next())), 401, "unknown_terminal")
    refusal(served.client.get(WAKE_PATH), 401, "unsigned")


def test_replayed(served: Served) -> None:
    till = served.pair()
    body = write_message(till.next())
    assert till.send(body).status_code == 200
    said = refusal(till.send(body), 409, "replayed")
    assert said.problems == (("request", "1"),)


def test_oversized(served: Served) -> None:
    till = served.pair()
    large = b"{" + b" " * REQUEST_BYTES_MOST
    refusal(till.send(large), 413, "too_large")
    # Told or not told how much comes: it is not read to its end.
    parts = (large[at : at + 65_536] for at in range(0, len(large), 65_536))
    response = served.client.post(SYNC_PATH, content=parts, headers=till.signed("POST", SYNC_PATH))
    refusal(response, 413, "too_large")


@pytest.mark.parametrize(
    "swollen", [squeeze(b" " * (PLAIN_BYTES_MOST + 1)), squeeze(b"{}" * 99)[:-3]]
)
def test_swollen(served: Served, swollen: bytes) -> None:
    till = served.pair()
    refusal(till.send(swollen, **SQUEEZED), 413, "too_large")
    assert till.sync().request == 1


def test_malformed(served: Served) -> None:
    till = served.pair()
    for body in (b"", b"{", b"[]", b"8", b'{"format": 1}', b"[" * 100_000, b"\xff\xfe"):
        for travelling in (body, squeeze(body)):
            said = refusal(till.send(travelling, **SQUEEZED), 400, "malformed")
            assert said.problems


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": ""},
        {"Content-Encoding": "gzip"},
        {"Content-Encoding": "br"},
    ],
)
def test_wrong_content(served: Served, headers: dict[str, str]) -> None:
    till = served.pair()
    refusal(till.send(write_message(till.next()), **headers), 415, "wrong_content")


def test_nothing_there(served: Served) -> None:
    refusal(served.client.get("/nothing"), 404, "not_found")
    refusal(served.client.get("/sync/"), 404, "not_found")
    response = served.client.get(SYNC_PATH)
    refusal(response, 405, "not_allowed")
    assert response.headers["Allow"] == "POST"


def test_a_revoked_till(served: Served) -> None:
    till = served.pair()

    def revoke_all(connection: Connection) -> None:
        for row in registry.all_terminals(connection):
            registry.revoke(connection, row.id)

    served.database.run(revoke_all)
    refusal(till.send(write_message(till.next())), 403, "retired")
    refusal(till.wake(), 403, "retired")


# --- being let in --------------------------------------------------------------------------------


def test_pairing_is_signed_by_the_key_that_it_brings(served: Served) -> None:
    code = issue(served.database)
    till = HttpTill(served)
    refusal(till.show(pair_request(code)), 401, "unsigned")
    assert served.pair(code=code).nonce


def test_a_code_opens_once_and_in_time(served: Served) -> None:
    code, old = issue(served.database), issue(served.database, now_ms=served.now_ms - 15 * MINUTE)
    served.pair(code=code)
    till = HttpTill(served)
    key = replace(pair_request(code, seed="2"), public_key=public_hex(till))
    refusal(till.show(key), 403, "bad_code")
    refusal(till.show(replace(key, code=old)), 403, "bad_code")


def test_a_known_till_is_told_so(served: Served) -> None:
    served.pair()
    till = HttpTill(served)
    code = issue(served.database, now_ms=served.now_ms + 1)
    wish = replace(pair_request(code), public_key=public_hex(till))
    refusal(till.show(wish), 409, "replayed")


def test_who_guesses_codes_has_to_wait(served: Served) -> None:
    till = HttpTill(served)
    wish = replace(pair_request("nothing"), public_key=public_hex(till))
    for _ in range(MOST):
        refusal(till.show(wish), 403, "bad_code")
    response = till.show(wish)
    refusal(response, 429, "busy")
    assert "Retry-After" in response.headers
    good = issue(served.database, now_ms=served.now_ms + WINDOW_MS)
    refusal(till.show(replace(wish, code=good)), 429, "busy")
    served.now_ms += WINDOW_MS
    assert till.show(replace(wish, code=good)).status_code == 200


@pytest.mark.parametrize("unfit", [{"lane": "\0"}, {"lane": "  "}, {"older": ("1",)}])
def test_an_unfit_till(served: Served, unfit: dict[str, str]) -> None:
    till = HttpTill(served)
    wish = pair_request(issue(served.database), public_key=public_hex(till), **unfit)
    refusal(till.show(wish), 400, "malformed")


def public_hex(till: HttpTill) -> str:
    from terminal.wire.signing import public_key_of

    return public_key_of(till.key).hex()


# --- waiting for the bell ------------------------------------------------------------------------


LONG_S = 240
"""Far beyond what the slowest machine needs for anything else."""


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tills, "WAKE_SECONDS", 0.2)
    monkeypatch.setattr(tills, "NOT_AT_ONCE_SECONDS", 0.01)


@pytest.mark.usefixtures("short_waits")
def test_nothing_rang(served: Served) -> None:
    till = served.pair()
    till.sync()
    till.sync()
    response = till.wake()
    assert (response.status_code, response.content) == (204, b"")


@pytest.mark.usefixtures("short_waits")
def test_what_was_told_before_the_wait_is_not_missed(served: Served) -> None:
    till = served.pair()
    till.sync()
    till.sync()
    publish(served.database, programme())
    assert till.wake().json() == {"rang": True}


@pytest.fixture
def long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tills, "WAKE_SECONDS", LONG_S)


@pytest.mark.usefixtures("long_waits")
def test_the_bell_ends_the_wait(served: Served) -> None:
    till = served.pair()
    till.sync()
    till.sync()
    later = threading.Timer(0.3, lambda: publish(served.database, programme()))
    later.start()
    assert till.wake().json() == {"rang": True}, "it was the end of the wait"
    later.join()


@pytest.mark.usefixtures("long_waits")
def test_the_closing_server_sends_everybody_home(served: Served) -> None:
    till = served.pair()
    till.sync()
    till.sync()
    portal = served.client.portal
    assert portal is not None
    later = threading.Timer(0.3, lambda: portal.call(served.entrance.close))
    later.start()
    begun = time.monotonic()
    assert till.wake().status_code == 200
    later.join()
    assert time.monotonic() - begun < LONG_S / 2


@pytest.mark.usefixtures("long_waits")
def test_many_tills_wait_without_a_thread_each(served: Served) -> None:
    till = served.pair()
    till.sync()
    till.sync()
    # On a loop of its own: what the fixture serves is bound to another one.
    apart = Served(served.database, served.settings)
    before = threading.active_count()  # of other tests, too
    app = apart.client.app

    async def wait() -> tuple[list[int], int]:
        transport = ASGITransport(app=app)
        async with AsyncClient(transport=transport, base_url="http://server") as client:
            headers = till.signed("GET", WAKE_PATH)
            waiting = [
                asyncio.create_task(client.get(WAKE_PATH, headers=headers, timeout=30))
                for _ in range(150)
            ]

            def here() -> int:
                return apart.entrance.waiting + sum(one.done() for one in waiting)

            while here() < len(waiting):  # noqa: ASYNC110 - nobody tells of it
                await asyncio.sleep(0.01)
            threads = threading.active_count() - before
            await asyncio.to_thread(publish, served.database, programme())
            return [(await one).status_code for one in waiting], threads

    codes, threads = asyncio.run(wait())
    assert set(codes) == {200}
    assert threads < 60


def test_a_body_that_drips_is_given_up(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entrance, "BODY_SECONDS", 0.05)
    apart = Served(served.database, served.settings)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(10)
        return {"type": "http.request", "body": b"", "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": SYNC_PATH,
        "raw_path": SYNC_PATH.encode(),
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "http_version": "1.1",
        "scheme": "http",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }
    asyncio.run(apart.client.app(scope, receive, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 408
    assert json.loads(sent[1]["body"])["code"] == "malformed"

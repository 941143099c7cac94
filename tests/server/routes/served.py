"""A server behind real routes, without a port; and a till that speaks to it in bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from terminal.server.app import make_app
from terminal.server.database.connection import ServerDatabase
from terminal.server.routes.entrance import Entrance
from terminal.server.settings import Settings
from terminal.wire.registry_json import PAIR_PATH, PairReply, PairRequest
from terminal.wire.signing import (
    INCARNATION_HEADER,
    OWNER_HEADER,
    SIGNATURE_HEADER,
    new_private_key,
    public_key_of,
    sign,
    squeeze,
    unsqueeze,
)
from terminal.wire.sync_json import (
    SYNC_PATH,
    WAKE_PATH,
    ClockReading,
    LogMark,
    Refusal,
    SyncReply,
    SyncRequest,
    read_message,
    write_message,
)
from tests.server.registry.owners import NOW, found, issue, numbered_chance, pair_request

OWNER_KEY = "0f" * 32
JSON = {"Content-Type": "application/json"}
SQUEEZED = {"Content-Type": "application/octet-stream"}


@dataclass(slots=True)
class Served:
    """A server; ``now_ms`` is its clock."""

    database: ServerDatabase
    settings: Settings
    now_ms: int = NOW
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        app = make_app(
            self.database,
            self.settings,
            lambda: self.now_ms,
            numbered_chance("app"),
            owner_key=OWNER_KEY,
            with_rounds=False,
        )
        self.client = TestClient(app, raise_server_exceptions=False)

    @property
    def entrance(self) -> Entrance:
        entrance: Entrance = self.client.app.state.entrance  # type: ignore[attr-defined]
        return entrance

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Response:
        return self.client.post(path, content=body, headers=headers)

    def as_owner(self, path: str, message: Any) -> Response:
        return self.post(path, write_message(message), {**JSON, OWNER_HEADER: OWNER_KEY})

    def pair(self, seed: str = "1", code: str = "") -> HttpTill:
        till = HttpTill(self)
        code = code or issue(self.database, now_ms=self.now_ms)
        key = public_key_of(till.key).hex()
        response = till.show(pair_request(code, seed=seed, public_key=key))
        assert response.status_code == 200, response.text
        till.take(read_message(PairReply, response.content))
        return till


@dataclass(slots=True)
class HttpTill:
    """A till with its key and what it has to say next."""

    served: Served
    key: bytes = field(default_factory=new_private_key)
    incarnation: str = ""
    nonce: str = ""
    request: int = 0
    cursor: int = 0

    def show(self, wish: PairRequest, **headers: str) -> Response:
        self.incarnation = wish.incarnation
        body = write_message(wish)
        return self.served.post(
            PAIR_PATH, body, {**self.signed("POST", PAIR_PATH, body), **headers}
        )

    def take(self, reply: PairReply) -> None:
        self.nonce = reply.nonce

    def signed(self, method: str, path: str, body: bytes = b"") -> dict[str, str]:
        return {
            **JSON,
            INCARNATION_HEADER: self.incarnation,
            SIGNATURE_HEADER: sign(self.key, method, path, body),
        }

    def next(self, **more: Any) -> SyncRequest:
        self.request += 1
        plain: dict[str, Any] = {
            "incarnation": self.incarnation,
            "request": self.request,
            "random": f"{self.request:032x}",
            "nonce": self.nonce,
            "timeline": 1,
            "cursor": self.cursor,
            "logs": (LogMark(incarnation=self.incarnation, seq=0),),
            "clock": ClockReading(wall_ms=NOW, offset_minutes=60, quality="trusted"),
            "app": "test",
        }
        return SyncRequest(**{**plain, **more})

    def send(self, body: bytes, **headers: str) -> Response:
        return self.served.post(
            SYNC_PATH, body, {**self.signed("POST", SYNC_PATH, body), **headers}
        )

    def sync(self, **more: Any) -> SyncReply:
        body = squeeze(write_message(self.next(**more)))
        response = self.send(body, **SQUEEZED)
        assert response.status_code == 200, response.text
        plain = response.content
        reply = read_message(SyncReply, plain if plain[:1] == b"{" else unsqueeze(plain))
        self.nonce, self.cursor = reply.nonce, reply.cursor
        return reply

    def wake(self) -> Response:
        return self.served.client.get(WAKE_PATH, headers=self.signed("GET", WAKE_PATH))


def refusal(response: Response, http: int, code: str) -> Refusal:
    """The refusal that the answer must be."""
    assert response.status_code == http, (response.status_code, response.text)
    assert response.headers["Content-Type"] == "application/json"
    said = read_message(Refusal, response.content)
    assert said.code == code
    return said


def founded(database: ServerDatabase, settings: Settings, *files: str) -> Served:
    """A server with one store."""
    found(database, *files)
    return Served(database, settings)

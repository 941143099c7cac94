"""The published description holds: whatever it allows is answered as it says, the rest is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from httpx2 import Response
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from schemathesis.checks import not_a_server_error
from schemathesis.core import NOT_SET
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    status_code_conformance,
)

from terminal.server.app import make_app
from terminal.server.database.connection import ServerDatabase, open_database
from terminal.server.settings import Settings
from terminal.wire.registry_json import PAIR_PATH
from terminal.wire.signing import OWNER_HEADER, public_key_of
from terminal.wire.sync_json import RECOVER_PATH, SYNC_PATH
from tests.server.registry.owners import issue
from tests.server.routes.served import OWNER_KEY, HttpTill, Served, founded, refusal


def _description() -> dict[str, Any]:
    database = open_database("sqlite://")
    try:
        app = make_app(database, Settings(folder=Path()), owner_key=OWNER_KEY)
        return app.openapi()
    finally:
        database.close()


def _without_headers(described: dict[str, Any]) -> dict[str, Any]:
    """Who asks is put into the headers here, not played with: test_tills.py does that."""
    plain: dict[str, Any] = json.loads(json.dumps(described))
    for methods in plain["paths"].values():
        for operation in methods.values():
            operation.pop("parameters", None)
    return plain


DESCRIPTION = _description()
schema = schemathesis.openapi.from_dict(_without_headers(DESCRIPTION))
schema.config.generation.update(modes=list(schemathesis.GenerationMode))


@dataclass(slots=True)
class Rig:
    served: Served
    till: HttpTill
    answers: dict[tuple[str, int], int]


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    database: ServerDatabase = open_database("sqlite://")
    served = founded(database, Settings(folder=tmp_path_factory.mktemp("openapi")))
    with served.client:
        yield Rig(served, served.pair(), {})
    database.close()


def test_every_shape_is_described() -> None:
    components = DESCRIPTION["components"]["schemas"]
    for shape in components.values():
        Draft202012Validator.check_schema(shape)
    text = json.dumps(DESCRIPTION)
    named = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= set(components)
    assert set(DESCRIPTION["paths"]) == {
        "/bring",
        "/codes",
        "/healthz",
        "/pair",
        "/publish",
        "/recover",
        "/sync",
        "/wake",
    }


@pytest.mark.slow
@schema.exclude(path="/wake").parametrize()
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_what_is_described_is_what_happens(case: schemathesis.Case[Any], rig: Rig) -> None:
    response = _send(rig, case)
    rig.answers[case.path, response.status_code] = (
        rig.answers.get((case.path, response.status_code), 0) + 1
    )
    case.validate_response(
        response,
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            negative_data_rejection,
        ],
    )
    _check_reply(case, response)


def _check_reply(case: schemathesis.Case[Any], response: Response) -> None:
    """schemathesis cannot judge tuples (`prefixItems`) in replies, so jsonschema does."""
    methods = DESCRIPTION["paths"][case.path]
    if case.method.lower() not in methods:
        refusal(response, 405, "not_allowed")
        return
    answers = methods[case.method.lower()]["responses"]
    content = answers[str(response.status_code)]["content"]["application/json"]["schema"]
    whole = {**content, "components": DESCRIPTION["components"]}
    Draft202012Validator(whole).validate(response.json())


def _send(rig: Rig, case: schemathesis.Case[Any]) -> Response:
    """As described, and signed: else nothing would come further than the gate."""
    body: Any = case.body
    if isinstance(body, dict):
        body = {**body, **_told_apart(rig, case.path, body)}
    if body is NOT_SET:
        content = b""
    else:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {
        "Content-Type": "application/json",
        **rig.till.signed(case.method, case.path, content),
        OWNER_HEADER: OWNER_KEY,
    }
    return rig.served.client.request(case.method, case.path, content=content, headers=headers)


def _told_apart(rig: Rig, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What only this till can know, in place of what is well formed; what is not stays."""
    till = rig.till
    put: dict[str, Any] = {}
    if path in {SYNC_PATH, RECOVER_PATH}:
        if re.fullmatch("[0-9a-f]{16}", str(body.get("incarnation"))):
            put["incarnation"] = till.incarnation
        if type(body.get("request")) is int and body["request"] > 0:
            till.request += 1
            put["request"] = till.request
        if isinstance(body.get("nonce"), str) and len(body["nonce"]) % 2 == 0:
            put["nonce"] = till.nonce
    if path == PAIR_PATH and isinstance(body.get("code"), str) and 1 <= len(body["code"]) <= 64:
        rig.served.now_ms += 60_000  # nobody has to wait for having guessed
        if len(body["code"]) % 2 == 0:
            put["code"] = issue(rig.served.database, now_ms=rig.served.now_ms)
        if re.fullmatch("[0-9a-f]{64}", str(body.get("public_key"))):
            put["public_key"] = public_key_of(till.key).hex()
    return put

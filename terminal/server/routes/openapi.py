"""The published description of the tills' API, with the schemas that messages are checked by."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from terminal.wire import moving_json, registry_json, sync_json
from terminal.wire.signing import INCARNATION_HEADER, OWNER_HEADER, SIGNATURE_HEADER
from terminal.wire.sync_json import Refusal, message_schema

SHAPES: tuple[type[Any], ...] = (
    sync_json.SyncRequest,
    sync_json.SyncReply,
    sync_json.RecoverRequest,
    sync_json.RecoverReply,
    registry_json.PairRequest,
    registry_json.PairReply,
    registry_json.CodeRequest,
    registry_json.CodeReply,
    registry_json.PublishRequest,
    registry_json.PublishReply,
    moving_json.BringRequest,
    moving_json.BringReply,
    Refusal,
)

ABOUT = f"""\
What a till and its server say to each other. A till signs each request with Ed25519: the header
`{SIGNATURE_HEADER}` is the base64 of its signature of four lines (`tenth-1`, method, path, SHA-256
of the body as it travels, in hex), `{INCARNATION_HEADER}` names the log that it writes. Bodies are
JSON, plain, or compressed by zlib with `Content-Encoding: deflate`; a zlib stream sent as
`application/octet-stream` is read too, and answered likewise."""

_REFUSALS = {
    400: "Not such a message; `problems` tell where.",
    401: "Not signed, or not by whom it says.",
    403: "This till is not let in, or the code opens nothing.",
    404: "There is no such thing.",
    405: "This path knows other methods.",
    408: "The body did not come in time.",
    409: "This was asked before, or is known already.",
    413: "Too large, or swells too much.",
    415: "A body of another kind.",
    429: "Too many wrong codes.",
    500: "The server failed; nothing was lost, come again.",
    503: "Too many ask at once, or the database does not answer.",
}


def asked_with(
    request: type[Any] | None, reply: type[Any] | None, *, signed: bool
) -> dict[str, Any]:
    """How a route is described: what it takes, what it gives, who may ask."""
    content: dict[str, Any] = {}
    if request is not None:
        content["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _named(request)}},
        }
    headers: tuple[str, ...]
    headers = (INCARNATION_HEADER, SIGNATURE_HEADER) if signed else (OWNER_HEADER,)
    if request is registry_json.PairRequest:
        headers = (SIGNATURE_HEADER,)
    if request is moving_json.BringRequest:
        headers = ()  # the code in it is enough
    content["parameters"] = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
        for name in headers
    ]
    responses: dict[int | str, dict[str, Any]] = {
        code: {
            "description": words,
            "content": {"application/json": {"schema": _named(Refusal)}},
        }
        for code, words in _REFUSALS.items()
    }
    if reply is None:
        responses[200] = {
            "description": "Something changed: sync now.",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "properties": {"rang": {"const": True}},
                        "required": ["rang"],
                    }
                }
            },
        }
        responses[204] = {"description": "Nothing changed meanwhile."}
    else:
        responses[200] = {
            "description": "Done.",
            "content": {"application/json": {"schema": _named(reply)}},
        }
    return {"openapi_extra": content, "responses": responses}


def publish_schema(app: FastAPI) -> None:
    """Have the app publish its description, made when it is first asked for."""

    def schema() -> dict[str, Any]:
        if app.openapi_schema is None:
            described = get_openapi(
                title=app.title, version=app.version, description=ABOUT, routes=app.routes
            )
            described.setdefault("components", {})["schemas"] = _components()
            app.openapi_schema = described
        return app.openapi_schema

    app.openapi = schema  # type: ignore[method-assign]


def _named(shape: type[Any]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{shape.__name__}"}


def _components() -> dict[str, Any]:
    components: dict[str, Any] = {}
    for shape in SHAPES:
        whole = message_schema(shape)
        for name, one in (*whole.pop("$defs", {}).items(), (shape.__name__, whole)):
            known = components.setdefault(name, one)
            assert known == one, f"two different shapes are called {name}"
    return dict(sorted(components.items()))

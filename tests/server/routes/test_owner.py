"""The owner's requests, and what is shown to whoever watches."""

from __future__ import annotations

import logging

import pytest
from prometheus_client.parser import text_string_to_metric_families

from terminal.wire.registry_json import (
    CODES_PATH,
    PUBLISH_PATH,
    CodeReply,
    CodeRequest,
    PublishReply,
    PublishRequest,
)
from terminal.wire.signing import OWNER_HEADER, squeeze
from terminal.wire.sync_json import read_message, write_message
from tests.server.registry.owners import catalogue, product, programme
from tests.server.routes.served import JSON, OWNER_KEY, SQUEEZED, Served, refusal


def test_a_code_for_one_more_till(served: Served) -> None:
    response = served.as_owner(CODES_PATH, CodeRequest())
    assert response.headers["Cache-Control"] == "no-store"
    code = read_message(CodeReply, response.content)
    assert code.ends_ms == served.now_ms + 15 * 60_000
    assert served.pair(code=code.code).nonce
    refusal(served.as_owner(CODES_PATH, CodeRequest(store="nobody")), 404, "not_found")


@pytest.mark.parametrize("path", [CODES_PATH, PUBLISH_PATH])
@pytest.mark.parametrize(
    "key", ["", "0f" * 31 + "0e", "ÿ" * 64], ids=["none", "another", "no ASCII"]
)
def test_only_the_owner(served: Served, path: str, key: str) -> None:
    headers = [(b"Content-Type", b"application/json"), (OWNER_HEADER.encode(), key.encode())]
    refusal(served.client.post(path, content=b"{}", headers=headers), 401, "unsigned")


def test_publishing(served: Served) -> None:
    request = PublishRequest(files=(("a.json", programme()), ("b.json", catalogue(product("a")))))
    body = squeeze(write_message(request))
    response = served.post(PUBLISH_PATH, body, {**SQUEEZED, OWNER_HEADER: OWNER_KEY})
    reply = read_message(PublishReply, response.content)
    assert reply.published
    assert [one.change for one in reply.changes] == ["added", "added"]
    again = served.post(PUBLISH_PATH, b"{", {**JSON, OWNER_HEADER: OWNER_KEY})
    refusal(again, 400, "malformed")


def test_health(served: Served) -> None:
    assert served.client.get("/healthz").json() == {"ok": True, "timeline": 1}


def test_figures_are_for_the_owner(served: Served) -> None:
    refusal(served.client.get("/metrics"), 401, "unsigned")
    till = served.pair()
    till.sync()
    served.client.get("/an/invented/path")
    response = served.client.get("/metrics", headers={"Authorization": f"Bearer {OWNER_KEY}"})
    assert response.status_code == 200
    families = {one.name: one for one in text_string_to_metric_families(response.text)}
    counted = {
        (one.labels["path"], one.labels["code"]): one.value
        for one in families["tenth_requests"].samples
        if one.name == "tenth_requests_total"
    }
    assert counted["/pair", "200"] == counted["/sync", "200"] == 1
    assert counted["other", "404"] == 1
    assert "invented" not in response.text
    for name in ("tenth_facts_stored", "tenth_facts_applied", "tenth_facts_parked"):
        assert families[name].samples[0].value == 0
    (silent,) = families["tenth_till_silent_seconds"].samples
    assert silent.labels["till"] == "Till 1"


def test_a_failure_is_an_answer_and_its_words_stay_here(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    served.database.run(lambda it: it.exec_driver_sql("ALTER TABLE stores RENAME TO anna_600700"))
    with caplog.at_level(logging.ERROR):
        said = refusal(served.as_owner(CODES_PATH, CodeRequest()), 500, "failed")
    assert "nothing was lost" in said.text
    (record,) = [one for one in caplog.records if one.name == "terminal.server.app"]
    assert "all_stores" in record.getMessage()
    assert "no such table" not in record.getMessage()
    assert "does not exist" not in record.getMessage()

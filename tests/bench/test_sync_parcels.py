"""What the bench's tills send is what a courier would send, put together of pieces."""

from terminal.bench.sync_parcels import joined, parcel, parcels
from terminal.wire.signing import FACTS_MOST, is_squeezed, unsqueeze
from terminal.wire.sync_json import ClockReading, SyncRequest, read_message

REQUEST = SyncRequest(
    incarnation="0123456789abcdef",
    request=7,
    random="a" * 32,
    nonce="n",
    timeline=1,
    cursor=3,
    logs=(),
    clock=ClockReading(wall_ms=1, offset_minutes=0, quality="trusted"),
    app="bench",
)


def test_a_request_of_pieces_is_read_as_one() -> None:
    texts = ['{"kind":"SaleRecorded"}\n{"name":"Pączek \\"z różą\\""}', *map(str, range(9_000))]
    body = joined(REQUEST, parcel(texts))
    assert is_squeezed(body)
    assert read_message(SyncRequest, unsqueeze(body)).facts == tuple(texts)


def test_all_facts_are_sent_once_and_in_order() -> None:
    texts = [f"fact {number}" for number in range(3 * FACTS_MOST)]
    found = parcels(texts, [100])
    assert [one.facts for one in found] == [100, FACTS_MOST, FACTS_MOST, FACTS_MOST - 100]
    sent = [
        text
        for one in found
        for text in read_message(SyncRequest, unsqueeze(joined(REQUEST, one))).facts
    ]
    assert sent == texts

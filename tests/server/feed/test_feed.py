"""What stores are told: every number once, in the order of commits, each key once a page."""

from __future__ import annotations

import threading
from functools import partial
from typing import Protocol

import pytest
from sqlalchemy import delete, insert, text

from terminal.server.database import feeds
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.schema import feed
from terminal.server.feed.pruning import prune_feeds
from terminal.server.feed.reading import ROWS_FOR_A_KEY, FeedHole, FeedPage, after
from terminal.server.feed.telling import tell

HERE, THERE = "0a" * 16, "0b" * 16


def told(database: ServerDatabase, *keys: str, kind: str = "wallet", store: str = HERE) -> None:
    database.run(lambda connection: tell(connection, [(kind, key, (store,)) for key in keys]))


def page(database: ServerDatabase, cursor: int = 0, most: int = 100, store: str = HERE) -> FeedPage:
    with database.reading() as connection:
        return after(connection, store, cursor, most)


def numbers(database: ServerDatabase, store: str = HERE) -> list[int]:
    with database.reading() as connection:
        return [row.number for row in feeds.rows_after(connection, store, 0, 1000)]


def test_a_store_is_told_in_order_and_another_one_nothing(server_database: ServerDatabase) -> None:
    told(server_database, "a", "b")
    told(server_database, "c")

    assert page(server_database).keys("wallet") == ("a", "b", "c")
    assert page(server_database).cursor == 3
    assert page(server_database, store=THERE) == FeedPage(cursor=0, more=False, told={})
    assert numbers(server_database) == [1, 2, 3]


def test_what_is_told_five_times_is_sent_once(server_database: ServerDatabase) -> None:
    for _ in range(5):
        told(server_database, "a")
    told(server_database, "b")

    assert page(server_database) == FeedPage(cursor=6, more=False, told={"wallet": ("a", "b")})


def test_one_call_tells_a_key_once(server_database: ServerDatabase) -> None:
    server_database.run(
        lambda connection: tell(
            connection,
            [("wallet", "a", (HERE, THERE)), ("wallet", "a", (HERE,)), ("member", "a", (HERE,))],
        )
    )
    assert page(server_database).told == {"wallet": ("a",), "member": ("a",)}
    assert numbers(server_database, THERE) == [1]


def test_pages_go_on_where_the_last_one_ended(server_database: ServerDatabase) -> None:
    told(server_database, "a", "b", "a", "c", "b", "d")  # within one call a key counts once
    told(server_database, "a")
    first = page(server_database, most=2)
    second = page(server_database, first.cursor, most=2)
    third = page(server_database, second.cursor, most=2)

    assert [one.keys("wallet") for one in (first, second, third)] == [
        ("b", "c"),
        ("d", "a"),  # a was told last of all, and is told once
        (),
    ]
    assert [one.more for one in (first, second, third)] == [True, False, False]
    assert [one.cursor for one in (first, second, third)] == [3, 5, 5]


def test_who_is_told_of_again_and_again_costs_one_place(server_database: ServerDatabase) -> None:
    for number in range(12):
        told(server_database, f"k{number % 3}", "busy")

    first = page(server_database, most=2)
    rest = page(server_database, first.cursor, most=2)

    assert first.keys("wallet") == ("k0", "k1")
    assert rest.keys("wallet") == ("k2", "busy")
    assert not rest.more


def test_a_heavy_key_fills_a_page_and_still_comes(server_database: ServerDatabase) -> None:
    told(server_database, "1", "2", kind="pricing")
    told(server_database, "a")

    first = page(server_database, most=20)
    assert first == FeedPage(cursor=1, more=True, told={"pricing": ("1",)})
    assert page(server_database, first.cursor, most=200).told == {
        "pricing": ("2",),
        "wallet": ("a",),
    }


def test_who_wants_nothing_gets_nothing_and_hears_that_there_is_something(
    server_database: ServerDatabase,
) -> None:
    told(server_database, "a")
    assert page(server_database, most=0) == FeedPage(cursor=0, more=True, told={})


def test_pruning_leaves_every_reader_what_it_has_not_read(server_database: ServerDatabase) -> None:
    for number in range(30):
        told(server_database, f"k{number % 7}")
    whole = {cursor: page(server_database, cursor).keys("wallet") for cursor in range(31)}
    assert prune_feeds(server_database) == 23

    for cursor, keys in whole.items():
        assert set(page(server_database, cursor).keys("wallet")) == set(keys)
        assert page(server_database, cursor).cursor == 30
    assert prune_feeds(server_database) == 0
    told(server_database, "new")
    assert page(server_database, 30).keys("wallet") == ("new",)


def test_a_hole_stops_the_reader(server_database: ServerDatabase) -> None:
    told(server_database, "a")
    told(server_database, "b")
    server_database.run(
        lambda connection: connection.execute(
            insert(feed).values(store=HERE, number=5, kind="wallet", key="c")
        )
    )
    with pytest.raises(FeedHole):
        page(server_database)


def test_a_hole_longer_than_a_look_stops_the_reader(server_database: ServerDatabase) -> None:
    told(server_database, *(f"k{number}" for number in range(1, ROWS_FOR_A_KEY + 3)))
    missing = feed.c.number.between(2, ROWS_FOR_A_KEY + 1)
    server_database.run(lambda connection: connection.execute(delete(feed).where(missing)))
    with pytest.raises(FeedHole):
        page(server_database, cursor=1, most=1)


# --- the order of commits ------------------------------------------------------------------------

WRITERS, EACH = 6, 25


class Write(Protocol):
    def __call__(self, connection: Connection, key: str) -> None: ...


def lawful(connection: Connection, key: str) -> None:
    tell(connection, [("wallet", key, (HERE,))])
    _pause(connection)


def naive(connection: Connection, key: str) -> None:
    """A number from a sequence, as an autoincrement column gives it."""
    number = connection.execute(text("SELECT nextval('naive')")).scalar_one()
    _pause(connection)
    connection.execute(insert(feed).values(store=HERE, number=number, kind="wallet", key=key))


def _pause(connection: Connection) -> None:
    connection.execute(text("SELECT pg_sleep(random() * 0.01)"))


def followed(database: ServerDatabase, write: Write) -> tuple[set[str], set[str]]:
    """(what was written, what a reader saw that follows by its cursor) with many writers."""
    done = threading.Event()
    seen: set[str] = set()

    def writer(name: int) -> None:
        for number in range(EACH):
            database.run(partial(write, key=f"{name}-{number}"))

    def reader() -> None:
        cursor = 0
        while True:
            last = done.is_set()
            with database.reading() as connection:
                rows = feeds.rows_after(connection, HERE, cursor, 1000)
            seen.update(row.key for row in rows)
            cursor = rows[-1].number if rows else cursor
            if last:
                return

    follower = threading.Thread(target=reader)
    follower.start()
    writers = [threading.Thread(target=writer, args=(name,)) for name in range(WRITERS)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    done.set()
    follower.join()
    return {f"{name}-{number}" for name in range(WRITERS) for number in range(EACH)}, seen


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_reader_passes_a_number_that_is_yet_to_come(server_database: ServerDatabase) -> None:
    written, seen = followed(server_database, lawful)
    assert seen == written
    assert numbers(server_database) == list(range(1, WRITERS * EACH + 1))


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_naive_cursor_would_pass_some(server_database: ServerDatabase) -> None:
    """The trap itself: this is why numbers are taken under the store's lock."""
    server_database.run(lambda connection: connection.execute(text("CREATE SEQUENCE naive")))
    written, seen = followed(server_database, naive)
    assert seen < written

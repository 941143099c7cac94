"""A server process as far as the feed is concerned: takes a number, and commits when it is told.

Run as ``python feed_writer.py URL KEY feed|sequence``; it says ``taken`` within its transaction,
commits at the next line on stdin, and says ``committed``.
"""

from __future__ import annotations

import sys

from sqlalchemy import insert, text

from terminal.server.database.connection import Connection, open_database
from terminal.server.database.schema import feed
from terminal.server.feed.telling import tell

STORE = "0a" * 16


def main(url: str, key: str, how: str) -> None:
    """One transaction."""
    database = open_database(url)

    def work(connection: Connection) -> None:
        if how == "feed":
            tell(connection, [("wallet", key, (STORE,))])
        else:
            number = connection.execute(text("SELECT nextval('naive')")).scalar_one()
            row = {"store": STORE, "number": number, "kind": "wallet", "key": key}
            connection.execute(insert(feed).values(**row))
        print("taken", flush=True)
        sys.stdin.readline()

    database.run(work)
    print("committed", flush=True)
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])

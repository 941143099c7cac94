"""The server of a story may be on SQLite or on a real PostgreSQL: its own tests have both."""

from __future__ import annotations

from tests.server.conftest import database_url, open_server, server_database

__all__ = ["database_url", "open_server", "server_database"]

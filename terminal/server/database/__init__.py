"""The server's tables, on PostgreSQL or SQLite. Its schema is private to this room."""

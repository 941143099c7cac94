"""The till's own SQLite file: the journal of facts, what is computed from it, and the catalogue.

SQLAlchemy is imported here and nowhere else in the till; ``schema`` is private to this package.
"""

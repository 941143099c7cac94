"""The till's own SQLite file: the journal of facts, what is computed from it, and the catalogue.

The driver is spoken to by ``quick``; SQLAlchemy describes and migrates the tables, and is loaded for
nothing else. ``schema`` is private to this package.
"""

"""The window. PySide6 is imported here and nowhere else in the till; no rule is decided here."""

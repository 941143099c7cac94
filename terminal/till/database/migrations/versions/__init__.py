"""One module for each step, numbered; a released one never changes."""

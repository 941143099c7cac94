"""What the command `tenth` does, by subjects; `terminal.cli` reads only what is asked for."""

"""Ports of this computer that stay somebody's while nobody listens there."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


def kept_port() -> socket.socket:
    """Keeps a port until it is closed: whoever asks for this very port may listen there.

    A number that is only looked up is free for all: while a server is down another program, which
    asked for any port, may be given its own.
    """
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind((HOST, 0))
    return kept


def number_of(kept: socket.socket) -> int:
    """The port that it keeps."""
    number: int = kept.getsockname()[1]
    return number

"""What a receipt printer hangs at: the network, a serial line, a file of the system.

The connections are those of python-escpos; here each of them gets a last moment for everything.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from terminal.till.devices.escpos_bytes import escpos_library

PORT = 9100
CONNECT_S = 3.0


class Unplugged(Exception):
    """Nobody is there: cable, power, address."""


class Plug(Protocol):
    """A way to a printer. Raises `OSError` where it breaks off or nothing moves any more."""

    hears: bool
    """Whether the printer can answer on it."""

    def open(self) -> None:
        """Raises `Unplugged`."""
        ...

    def write(self, content: bytes, seconds: float) -> None:
        """All of it within the time. Raises `TimeoutError` and other `OSError`."""
        ...

    def read(self, seconds: float) -> bytes:
        """What came, at once; empty if nothing came within the time."""
        ...

    def close(self) -> None:
        """Let go; never fails."""
        ...


class _EscPosPlug:
    """What the three have in common: the library's connection."""

    hears = True

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._printer: Any = None

    def _made(self, library: Any) -> Any:
        raise NotImplementedError

    def open(self) -> None:
        """Connect. Raises `Unplugged`."""
        library = escpos_library(self._cache)
        from escpos.exceptions import Error

        self._printer = self._made(library)
        try:
            self._printer.open()
        except (Error, OSError, ValueError) as error:
            raise Unplugged(str(error)) from error

    def write(self, content: bytes, seconds: float) -> None:
        """All of it."""
        raise NotImplementedError

    def read(self, seconds: float) -> bytes:
        """What came."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go; what is broken already is no trouble."""
        if self._printer is not None:
            with suppress(Exception):
                self._printer.close()
            self._printer = None


class NetworkPlug(_EscPosPlug):
    """A printer with an address, port 9100 if no other is told."""

    def __init__(self, address: str, cache: Path) -> None:
        super().__init__(cache)
        self._host, _, port = address.partition(":")
        self._port = int(port or PORT)

    def open(self) -> None:
        """Connect, by any of the host's addresses. Raises `Unplugged`."""
        self._printer = escpos_library(self._cache).Network(self._host, port=self._port)
        try:
            # Not by the library's own way, which knows old addresses only and forgets to close.
            self._printer.device = socket.create_connection((self._host, self._port), CONNECT_S)
        except OSError as error:
            raise Unplugged(str(error)) from error

    def write(self, content: bytes, seconds: float) -> None:
        """All of it; the printer takes no more than it has room for."""
        self._printer.device.settimeout(seconds)
        self._printer._raw(content)  # noqa: SLF001 - the library's door for raw bytes

    def read(self, seconds: float) -> bytes:
        """What came. Raises `ConnectionError` when the printer hung up."""
        self._printer.device.settimeout(seconds)
        try:
            heard: bytes = self._printer._read()  # noqa: SLF001
        except TimeoutError:
            return b""
        if not heard:
            raise ConnectionResetError("the printer hung up")
        return heard


class SerialPlug(_EscPosPlug):
    """A printer at a serial line, also over USB or Bluetooth."""

    def __init__(self, device: str, baud: int, cache: Path) -> None:
        super().__init__(cache)
        self._device, self._baud = device, baud

    def _made(self, library: Any) -> Any:
        return library.Serial(devfile=self._device, baudrate=self._baud, timeout=CONNECT_S)

    def write(self, content: bytes, seconds: float) -> None:
        """All of it."""
        # A slow line needs its time even where nothing is wrong: ten bits a byte.
        self._printer.device.write_timeout = seconds + 10 * len(content) / self._baud
        from serial import SerialTimeoutException

        try:
            self._printer._raw(content)  # noqa: SLF001
        except SerialTimeoutException as error:
            raise TimeoutError(str(error)) from error

    def read(self, seconds: float) -> bytes:
        """What came."""
        device = self._printer.device
        device.timeout = seconds
        heard: bytes = device.read(max(1, device.in_waiting))
        return heard


class FilePlug(_EscPosPlug):
    """A file of the system that is a printer, such as /dev/usb/lp0 or LPT1; nobody answers."""

    hears = False

    def __init__(self, file: str, cache: Path) -> None:
        super().__init__(cache)
        self._file = file

    def _made(self, library: Any) -> Any:
        return library.File(self._file)

    def write(self, content: bytes, seconds: float) -> None:  # noqa: ARG002
        """All of it. The system may hold this up; whoever started this process ends it then."""
        self._printer._raw(content)  # noqa: SLF001

    def read(self, seconds: float) -> bytes:
        """Nothing ever comes."""
        time.sleep(seconds)
        return b""

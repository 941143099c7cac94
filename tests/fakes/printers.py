"""Printers that are not there: one of values, one at a network address, one at a serial line."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from terminal.till.printer_port import PrinterAnswer, PrinterFault, SlipSheet


@dataclass
class FakePrinter:
    """``SlipPrinter`` and ``SlipPress``: does what it is told, at once or when told."""

    fault: PrinterFault = PrinterFault.NONE
    tells: bool = True
    place: str = ""
    """Where slips are files."""
    sheets: list[SlipSheet] = field(default_factory=list)
    """What came out."""
    slow: bool = False
    """Answers only when ``go_on`` is called."""
    waiting: list[tuple[SlipSheet, Callable[[PrinterAnswer], None]]] = field(default_factory=list)

    def print_sheet(self, sheet: SlipSheet) -> PrinterAnswer:
        if not self.fault:
            self.sheets.append(sheet)
        return self.look()

    def look(self) -> PrinterAnswer:
        place = "" if self.fault else self.place
        return PrinterAnswer(fault=self.fault, told=self.tells, place=place)

    def put(self, sheet: SlipSheet, told: Callable[[PrinterAnswer], None]) -> None:
        if self.slow:
            self.waiting.append((sheet, told))
        else:
            told(self.print_sheet(sheet))

    def go_on(self) -> None:
        while self.waiting:
            sheet, told = self.waiting.pop(0)
            told(self.print_sheet(sheet))


ENDLESS_S = 240
"""Far beyond what the slowest machine needs."""
PAPER_OK, PAPER_END = 0x12, 0x72
READY, OFFLINE = 0x12, 0x1A
COVER, ERROR = 0x16, 0x52


class Machine:
    """What a receipt printer does with bytes: records them, answers, runs out of paper."""

    def __init__(self) -> None:
        self.received = bytearray()
        self.answers = True
        self.paper = True
        self.cover_open = False
        self.error = False
        self.paper_for: int | None = None
        """Bytes until the paper ends; then it neither takes nor tells that it is done."""
        self.hangs_up_after: int | None = None
        self.at = 0

    def take(self, content: bytes) -> bytes | None:
        """The answer; None hangs up."""
        self.received += content
        told = bytearray()
        while self.at < len(self.received):
            rest = bytes(self.received[self.at : self.at + 3])
            if self.hangs_up_after is not None and self.at >= self.hangs_up_after:
                return None
            if self.paper_for is not None and self.at >= self.paper_for:
                self.paper = False
            if rest[:2] == b"\x10\x04":
                told += self._about(rest[2])
                self.at += 3
            elif rest[:2] == b"\x1dr":
                if self.paper:
                    told.append(0)
                self.at += 3
            elif rest[:3] == b"\x1dv0":
                head = self.received[self.at + 4 : self.at + 8]
                self.at += 8 + (head[0] + 256 * head[1]) * (head[2] + 256 * head[3])
            else:
                self.at += 1
        return bytes(told) if self.answers else b""

    def _about(self, what: int) -> bytes:
        if what == 4:
            return bytes([PAPER_OK if self.paper else PAPER_END])
        if what == 2:
            return bytes([COVER if self.cover_open else ERROR if self.error else READY])
        return bytes([OFFLINE if self.cover_open or self.error else READY])


class NetworkMachine(Machine):
    """A machine at 127.0.0.1."""

    def __init__(self) -> None:
        super().__init__()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._door.getsockname()[1]}"
        self.deaf = False
        """Takes the connection and reads nothing."""
        self._end = threading.Event()
        self._hung_up = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def everything(self) -> bytes:
        """All that came by the next line to hang up; a writer is done before the reader is."""
        assert self._hung_up.acquire(timeout=ENDLESS_S)
        return bytes(self.received)

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            with line:
                if self.deaf:
                    self._end.wait(ENDLESS_S)
                    return
                while content := self._read(line):
                    answer = self.take(content)
                    if answer is None:
                        break
                    if answer:
                        line.sendall(answer)
            self._hung_up.release()

    def _read(self, line: socket.socket) -> bytes:
        try:
            return line.recv(65536)
        except OSError:
            return b""

    def close(self) -> None:
        self._end.set()
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join(5)


class SerialMachine(Machine):
    """A machine at a serial line: the far end of a pseudo-terminal."""

    def __init__(self) -> None:
        super().__init__()
        import pty
        import tty

        self._far, self._near = pty.openpty()
        tty.setraw(self._near)
        self.address = os.ttyname(self._near)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                content = os.read(self._far, 65536)
            except OSError:
                return
            answer = self.take(content)
            if answer:
                os.write(self._far, answer)

    def close(self) -> None:
        os.close(self._near)
        self._thread.join(5)
        os.close(self._far)

"""A receipt printer for tests: draws what it is sent, counts cuts and kicks, knows no mercy.

Every command that it does not know is an error: a real printer would print its bytes as letters.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image


class UnknownCommand(ValueError):
    pass


@dataclass
class Rendered:
    pictures: list[Image.Image] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    """Lines as bytes, each with the page that was on."""
    pages: list[int] = field(default_factory=list)
    cuts: int = 0
    kicks: int = 0
    chinese: bool = True
    """Cheap printers begin so, and everything beyond ASCII comes out wrong."""
    asked: int = 0
    fed: int = 0
    printed_in_chinese: bool = False

    def picture(self) -> Image.Image:
        """Everything that was drawn, one below the other."""
        wide = max(one.width for one in self.pictures)
        whole = Image.new("1", (wide, sum(one.height for one in self.pictures)), 1)
        top = 0
        for one in self.pictures:
            whole.paste(one, (0, top))
            top += one.height
        return whole

    def text(self, codec: str) -> list[str]:
        return [line.decode(codec) for line in self.texts]


def render(content: bytes) -> Rendered:
    """What comes out of a printer that was sent these bytes."""
    rendered, line, page, at = Rendered(), bytearray(), 0, 0
    while at < len(content):
        byte = content[at]
        rest = content[at:]
        if byte == 0x0A:
            rendered.texts.append(bytes(line))
            rendered.pages.append(page)
            line.clear()
            at += 1
        elif byte >= 0x20:
            rendered.printed_in_chinese |= rendered.chinese and byte >= 0x80
            line.append(byte)
            at += 1
        elif rest.startswith(b"\x1b@"):
            page, rendered.chinese = 0, True
            at += 2
        elif rest.startswith(b"\x1c."):
            rendered.chinese = False
            at += 2
        elif rest.startswith(b"\x1bt"):
            page = content[at + 2]
            at += 3
        elif rest.startswith(b"\x1bd"):
            rendered.fed += content[at + 2]
            at += 3
        elif rest.startswith((b"\x1bp", b"\x10\x14\x01")):
            drawer = content[at + 2] if byte == 0x1B else content[at + 3]
            assert drawer in (0, 1), "two drawers at most"
            rendered.kicks += 1
            at += 5
        elif rest.startswith(b"\x1dV"):
            at += 4 if content[at + 2] in (65, 66) else 3
            assert rendered.fed or content[at - 2] in (65, 66), "a cut through the last lines"
            rendered.cuts += 1
        elif rest.startswith(b"\x1dv0"):
            wide = content[at + 4] + 256 * content[at + 5]
            high = content[at + 6] + 256 * content[at + 7]
            dots = content[at + 8 : at + 8 + wide * high]
            assert len(dots) == wide * high, "half a picture"
            picture = Image.frombytes("1", (wide * 8, high), dots)
            rendered.pictures.append(picture.point(lambda dot: not dot))
            at += 8 + wide * high
        elif rest.startswith((b"\x10\x04", b"\x1dr")):
            rendered.asked += 1
            at += 3
        else:
            raise UnknownCommand(f"{content[at : at + 4]!r} at {at}")
    assert not line, "a line without its end stays in the printer"
    return rendered

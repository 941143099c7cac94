"""PDF pages of pictures and plain rectangles, in millimetres; nothing more is needed for cards.

Written out by hand: pictures keep their palette (Pillow would write colours as JPEG, which blurs
the edges of letters), a picture that stands ten times on a sheet is stored once, and bars are
shapes in pure black ink that are as sharp as the printer is.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence

from PIL import Image

from terminal.values import dataclass

A4 = (210.0, 297.0)
"""Width and height in millimetres."""

_POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Picture:
    """An image with a palette, and where it stands: millimetres from the top left corner."""

    image: Image.Image
    """Mode P. The same object on several places is stored once."""
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Filled with one colour; millimetres from the top left corner of the page."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Shape:
    """Rectangles of one colour, drawn after all that was put on the page before."""

    rectangles: tuple[Rectangle, ...]
    colour: tuple[int, int, int] = (0, 0, 0)
    """Black is written as pure black ink, never as a mixture of colours."""


Mark = Picture | Shape


def pdf_of(title: str, pages: Iterable[Sequence[Mark]], size: tuple[float, float] = A4) -> bytes:
    """The pages as one PDF, the same bytes for the same pages. Raises `ValueError` without any."""
    file = _File()
    catalogue, tree, about = file.keep(), file.keep(), file.keep()
    images: dict[int, tuple[Image.Image, int]] = {}
    leaves = []
    for marks in pages:
        pictures = [mark for mark in marks if isinstance(mark, Picture)]
        for picture in pictures:
            if id(picture.image) not in images:
                # The image is held, so that no other one gets its id meanwhile.
                images[id(picture.image)] = (picture.image, _put_image(file, picture.image))
        names = sorted({images[id(picture.image)][1] for picture in pictures})
        drawn = " ".join(f"/I{number} {number} 0 R" for number in names)
        content = "\n".join(_drawn(marks, size[1], images)).encode("ascii")
        stream = file.put_stream("", content)
        leaves.append(
            file.put(
                f"<< /Type /Page /Parent {tree} 0 R /MediaBox [0 0 {_pt(size[0])} {_pt(size[1])}]"
                f" /Resources << /XObject << {drawn} >> >> /Contents {stream} 0 R >>"
            )
        )
    if not leaves:
        raise ValueError("a PDF has one page at least")
    kids = " ".join(f"{leaf} 0 R" for leaf in leaves)
    file.fill(tree, f"<< /Type /Pages /Kids [{kids}] /Count {len(leaves)} >>")
    # No clock in the file.
    file.fill(about, f"<< /Title {_text(title)} /Producer (Tenth) >>")
    # "Print at 100 %" as far as a file may ask for it.
    preferences = "/ViewerPreferences << /PrintScaling /None >>"
    file.fill(catalogue, f"<< /Type /Catalog /Pages {tree} 0 R {preferences} >>")
    return file.whole(catalogue, about)


class _File:
    """The objects of a PDF by their numbers."""

    def __init__(self) -> None:
        self._objects: list[bytes] = []

    def keep(self) -> int:
        """A number for an object that comes later."""
        self._objects.append(b"")
        return len(self._objects)

    def fill(self, number: int, text: str) -> None:
        self._objects[number - 1] = text.encode("ascii")

    def put(self, text: str) -> int:
        number = self.keep()
        self.fill(number, text)
        return number

    def put_stream(self, entries: str, content: bytes) -> int:
        packed = zlib.compress(content, 6)
        head = f"<< {entries} /Length {len(packed)} /Filter /FlateDecode >>\nstream\n"
        self._objects.append(head.encode("ascii") + packed + b"\nendstream")
        return len(self._objects)

    def whole(self, catalogue: int, about: int) -> bytes:
        # The second line has bytes above 127: it tells other programs that this is not text.
        out = bytearray(b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n")
        places = []
        for number, content in enumerate(self._objects, start=1):
            places.append(len(out))
            out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
        table = len(out)
        size = len(self._objects) + 1
        out += b"xref\n0 %d\n0000000000 65535 f \n" % size
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        roots = b"/Root %d 0 R /Info %d 0 R" % (catalogue, about)
        out += b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, roots, table)
        return bytes(out)


def _put_image(file: _File, image: Image.Image) -> int:
    colours = bytes(image.getpalette("RGB") or ())
    most = len(colours) // 3 - 1
    return file.put_stream(
        f"/Type /XObject /Subtype /Image /Width {image.width} /Height {image.height}"
        f" /ColorSpace [/Indexed /DeviceRGB {most} <{colours.hex()}>] /BitsPerComponent 8",
        image.tobytes(),
    )


def _drawn(
    marks: Sequence[Mark], height: float, images: dict[int, tuple[Image.Image, int]]
) -> Iterator[str]:
    """The page's operators; PDF counts from the bottom, in points."""
    for mark in marks:
        if isinstance(mark, Picture):
            wide, high = _pt(mark.width), _pt(mark.height)
            left, bottom = _pt(mark.left), _pt(height - mark.top - mark.height)
            name = f"/I{images[id(mark.image)][1]}"
            yield f"q {wide} 0 0 {high} {left} {bottom} cm {name} Do Q"
        else:
            yield _ink(mark.colour)
            for one in mark.rectangles:
                left, bottom = _pt(one.left), _pt(height - one.top - one.height)
                yield f"{left} {bottom} {_pt(one.width)} {_pt(one.height)} re"
            yield "f"


def _ink(colour: tuple[int, int, int]) -> str:
    if colour == (0, 0, 0):
        return "0 g"
    return " ".join(f"{part / 255:.4g}" for part in colour) + " rg"


def _pt(millimetres: float) -> str:
    return f"{millimetres * _POINTS_PER_MM:.4f}".rstrip("0").rstrip(".")


def _text(text: str) -> str:
    """A text in any script: UTF-16 in hex digits."""
    return f"<feff{text.encode('utf-16-be').hex()}>"

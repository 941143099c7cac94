"""Pictures of goods for the touch screen: files that the shop puts into a folder of its own.

`pictures/4011.svg` in the shop's folder is the picture of the product 4011; SVG, PNG and JPEG are
known. A product without a file has its colour and its initial.
"""

from __future__ import annotations

from pathlib import Path

from terminal.till.settings import pictures_of

KINDS = (".svg", ".png", ".jpg", ".jpeg")


class Pictures:
    """The folder of a shop's pictures, looked into once."""

    def __init__(self, shop: Path) -> None:
        try:
            files = sorted(pictures_of(shop).iterdir(), reverse=True)
        except OSError:
            files = []  # no folder, no pictures
        self._files = {file.stem: str(file) for file in files if file.suffix.lower() in KINDS}

    def of(self, sku: str) -> str:
        """The file of a product's picture, empty where there is none."""
        return self._files.get(sku, "")

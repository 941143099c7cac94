"""README's pictures: the command takes those that README shows, and they are small enough."""

import re
from pathlib import Path

import pytest
from PIL import Image

from tests.demo.test_guided import play_demo

README = Path(__file__).parents[2] / "README.md"
BY_HAND = {"offline"}
"""Two tills and a server that is stopped: the steps stand beside the picture."""
BYTES_MOST = 200_000


def shown() -> set[str]:
    return set(re.findall(r"resources/pictures/(\w+)\.png", README.read_text(encoding="utf-8")))


@pytest.mark.slow
def test_the_pictures_of_readme_are_taken_by_a_command(tmp_path: Path) -> None:
    told = play_demo(tmp_path, "--pictures", str(tmp_path / "pictures"))

    taken = {Path(one).stem: Path(one) for one in told["pictures"]}
    assert taken.keys() == shown() - BY_HAND
    for name, file in taken.items():
        assert file.stat().st_size < BYTES_MOST
        with Image.open(file) as picture:
            if name != "card":
                assert picture.size == ((1024, 600) if name == "display" else (1280, 800))
    with Image.open(taken["settings"]) as dark, Image.open(taken["sale"]) as light:
        assert brightness(dark) < 60
        assert brightness(light) > 200


def test_all_pictures_of_readme_are_there_and_small() -> None:
    for name in shown():
        assert (README.parent / f"resources/pictures/{name}.png").stat().st_size < BYTES_MOST


def brightness(picture: Image.Image) -> float:
    grey = picture.convert("L").histogram()
    return sum(value * count for value, count in enumerate(grey)) / sum(grey)

"""That a town is built by the journal's own fold; how long that takes is never looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal.bench.counter import entries_in
from terminal.bench.large_shop import Size, large_shop
from terminal.bench.report import Progress
from terminal.demo.build import open_demo_shop
from terminal.till.app import open_till
from terminal.till.checkout.view import Stage
from terminal.till.database.quick import Quick
from terminal.till.database.rebuild import check
from terminal.till.settings import Settings

SMALL = Size(members=400, products=400)


@pytest.mark.slow
def test_a_town_is_built_once_and_its_facts_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("terminal.bench.large_shop.user_cache_path", lambda *_a, **_k: tmp_path)
    built: list[Path] = []

    def demo(folder: Path) -> Settings:
        built.append(folder)
        return open_demo_shop(folder, "en", small=True)

    settings = large_shop(SMALL, demo, Progress())
    assert large_shop(SMALL, demo, Progress()).folder == settings.folder
    assert len(built) == 1
    assert [one.name for one in (tmp_path / "bench").iterdir()] == [SMALL.name]
    till = open_till(settings)
    try:
        assert check(till.database.database).clean
        with till.database.database.reading() as connection:
            counts = [
                Quick(connection).one(f"SELECT count(*) FROM {table}")[0]
                for table in ("members", "products")
            ]
            (number,) = Quick(connection).one(
                "SELECT number FROM cards ORDER BY issued DESC LIMIT 1"
            )
        assert counts == [SMALL.members, SMALL.products]
        view = till.checkout.scan(number)
        assert view.member is not None
        assert view.stage is Stage.SELLING
    finally:
        till.close()
    assert entries_in(settings.database) >= 5 * (SMALL.members - 60)

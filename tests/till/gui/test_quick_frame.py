"""What a scan makes the screen do: no part of it twice."""

from __future__ import annotations

import pytest

from terminal.till.gui.member_panel import MemberPanel
from tests.till.gui.conftest import Hand
from tests.till.gui.scripted import ANNA, GOODS


def test_the_member_is_laid_out_once_for_each_scan(
    hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand.window.scan(ANNA)
    laid_out: list[MemberPanel] = []
    show_all = MemberPanel._show_all

    def counted(panel: MemberPanel) -> None:
        laid_out.append(panel)
        show_all(panel)

    monkeypatch.setattr(MemberPanel, "_show_all", counted)
    for code in GOODS:
        hand.window.scan(code)
    assert 0 < len(laid_out) <= len(GOODS)

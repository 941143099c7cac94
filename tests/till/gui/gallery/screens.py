"""The window's own panels, training, totals only, and what is told."""

from __future__ import annotations

from dataclasses import replace

from terminal.till.checkout.notice import NoticeKind, Weight
from terminal.till.settings import Settings, TrainingTable
from terminal.till.trouble import TroubleKind
from tests.till.gui.gallery.stand import Scene, Stand, scene


def _amount_mode(settings: Settings) -> Settings:
    return replace(settings, lane=replace(settings.lane, mode="amount"))


def _training(settings: Settings) -> Settings:
    return replace(settings, training=TrainingTable(on=True))


@scene()
def keys(stand: Stand) -> None:
    stand.take("help")


def _settings(page: str) -> Scene:
    def play(stand: Stand) -> None:
        stand.goods(2)
        stand.take("settings")
        stand.window._settings.open_page(page)

    play.__name__ = f"settings_{page}"
    return play


for _page in ("screen", "sound", "keys", "more"):
    scene()(_settings(_page))


@scene()
def touch_digits(stand: Stand) -> None:
    stand.goods(4)
    stand.member()
    stand.take("touch")


@scene()
def touch_letters(stand: Stand) -> None:
    touch_digits(stand)
    stand.window.counter.touch.show_letters(on=True)


@scene(change=_training)
def training(stand: Stand) -> None:
    stand.goods()
    stand.member()


@scene(change=_training)
def training_paying(stand: Stand) -> None:
    training(stand)
    stand.take("finish")


@scene(change=_amount_mode)
def amount_empty(stand: Stand) -> None:
    """Nothing yet."""


@scene(change=_amount_mode)
def amount_member(stand: Stand) -> None:
    stand.member()
    stand.window.counter.entry.field.setText("53,49")


@scene(change=_amount_mode)
def amount_reward(stand: Stand) -> None:
    amount_member(stand)
    stand.take("reward")


@scene(change=_amount_mode)
def amount_done(stand: Stand) -> None:
    amount_reward(stand)
    stand.take("enter")


@scene(change=_amount_mode)
def amount_goods(stand: Stand) -> None:
    stand.goods(1)


@scene()
def told_quietly(stand: Stand) -> None:
    stand.goods(2)
    stand.take("undo")


@scene()
def told_to_look(stand: Stand) -> None:
    stand.goods(2)
    stand.tell(Weight.LOOK, NoticeKind.CARD_BLOCKED, tail="4812")


@scene()
def trouble(stand: Stand) -> None:
    stand.goods(2)
    stand.tell(Weight.REFUSED, NoticeKind.TROUBLE, text=TroubleKind.DISK_FULL.value)


@scene()
def fault(stand: Stand) -> None:
    stand.goods(2)
    stand.window.tell_fault()

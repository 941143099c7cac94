"""A basket put aside in a story, and brought back: two keys of a till."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.loyalty.story.steps import Park
from terminal.till.checkout.notice import NoticeKind
from tests.scenarios.story_people import show_card
from tests.scenarios.story_words import StoryRefused

if TYPE_CHECKING:
    from tests.scenarios.story_till import StoryTill


def park(shop: StoryTill, step: Park) -> None:
    """Everything is scanned, and then the key."""
    checkout = shop.till.checkout
    before = _waiting(shop)
    shop.scan_goods(step.lines)
    if step.member:
        show_card(shop, step.member, 0)
    view = checkout.park()
    assert view.notice is not None
    assert view.notice.kind is NoticeKind.PARKED, view.notice
    (fresh,) = _waiting(shop) - before
    shop.parked[shop.here, step.name] = fresh


def recall(shop: StoryTill, name: str) -> None:
    """The key, and of several the one that is meant."""
    if not name:
        return
    key = shop.parked.pop((shop.here, name), None)
    if key is None:
        raise StoryRefused(f"no basket {name!r} is parked at this till")
    view = shop.seen(shop.till.checkout.recall(key))
    assert view.notice is not None
    assert view.notice.kind is NoticeKind.RECALLED, view.notice


def _waiting(shop: StoryTill) -> set[str]:
    return {one.id for one in shop.till.database.parked.waiting()}

"""Heavy requests take turns, and who asks for little does not wait for them."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, cast

from terminal.server.rights.policy import Caps
from terminal.server.routes.entrance import HEAVY_BYTES, Entrance

PATIENCE_S = 240


def entrance() -> Entrance:
    nothing = cast("Any", None)
    return Entrance(nothing, lambda: 0, lambda: "", Caps(), "", nothing)


def test_heavy_requests_take_turns_and_light_ones_pass_them() -> None:
    door, light_done, busy = entrance(), threading.Event(), threading.Lock()

    def heavy() -> bool:
        alone = busy.acquire(blocking=False)
        passed = light_done.wait(PATIENCE_S)
        if alone:
            busy.release()
        return alone and passed

    async def story() -> list[bool]:
        first, second = (
            asyncio.ensure_future(door.work(heavy, body_bytes=HEAVY_BYTES)) for _ in range(2)
        )
        await door.work(light_done.set, body_bytes=HEAVY_BYTES - 1)
        return [await first, await second]

    assert asyncio.run(story()) == [True, True]

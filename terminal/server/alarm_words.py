"""What an alarm says to the owner: what happened, what it means for the shop, and what to do."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from terminal.server.database.alarms import RaisedAlarm


class AlarmWords(NamedTuple):
    """An alarm in words."""

    what: str
    means: str
    do: str


_LOOKED_AT = "look at it, then put it away: tenth server alarms --done {id}"
_THEN = "Then put it away: tenth server alarms --done {id}"
_WORDS = {
    "exposure": AlarmWords(
        "More was spent than there was.",
        "Somebody spent units that the shop had given out a second time, after a write-off, a copy "
        "or a restored backup. It is the loss that was booked as possible then.",
        "nothing can be taken back; if it grows, look for a copied till. Then: "
        "tenth server alarms --done {id}",
    ),
    "fork": AlarmWords(
        "A till gets no rights any more.",
        "Its records have two futures: its disk was restored or copied, or you fenced it. It goes "
        "on selling, and all that it sold is taken.",
        "what it may spend waits; if that till or copy is gone for good, or joined again under a "
        "new log: tenth server write-off {place}",
    ),
    "parked": AlarmWords(
        "A fact is kept that could not be applied.",
        "Its units are not in anybody's balance here. The till that recorded it still counts them.",
        "update this server; what it can read then is applied by itself. If it stays, ask for help "
        "with server.log at hand.",
    ),
    "server_restored": AlarmWords(
        "This server was restored from a backup.",
        "Until every till has spoken again, no rights are given to tills: they spend only what "
        "they hold.",
        "let every till speak; one that never comes back: tenth server write-off TILL. If you "
        "withdrew a key of vouchers and gift cards since that backup, do it once more: tenth "
        "server code-key STORE --withdraw. Then: tenth server alarms --done {id}",
    ),
    "round_failed": AlarmWords(
        "A piece of the server's own work fails.",
        "What it does by itself (ending lots, checking sales, tidying) waits.",
        "look at the disk and at server.log; it is tried again by itself.",
    ),
    "applying_failed": AlarmWords(
        "Facts are kept and wait, because applying them failed.",
        "They are safe, but not in the balances yet.",
        "look at the disk and at server.log; it is tried again by itself.",
    ),
    "settling_failed": AlarmWords(
        "Returns of goods that another till sold wait, because settling them failed.",
        "Customers have their money; their units are not taken and given back yet.",
        "look at the disk and at server.log; it is tried again by itself.",
    ),
    "foreign_log": AlarmWords(
        "A till brings a log of another till.",
        "The disk of one till was copied to another. What both recorded counts once.",
        "see that no two tills run on copies of one disk. " + _THEN,
    ),
    "forgiven": AlarmWords(
        "A till is not waited for any more.",
        "After the restore it never spoke; what it spent may be spent a second time.",
        _LOOKED_AT,
    ),
    "written_off": AlarmWords(
        "Rights were written off.",
        "They are back in the shop. If the lost till spent them nevertheless, that is a loss.",
        _LOOKED_AT,
    ),
    "phones_asked": AlarmWords(
        "A till asks for very many phones.",
        "Somebody may be trying numbers there to learn who is a member. It is not answered until "
        "some minutes have passed, and sells on.",
        "find out who is at that till; if it was stolen: tenth server fence {place} --revoke. "
        + _THEN,
    ),
    "same_phone": AlarmWords(
        "Perhaps the same person: two members of different stores have one phone.",
        "Who joins in two stores while a line is down becomes two members. Both keep what they "
        "have; nobody is merged by a phone, because a family shares one.",
        "ask them at their next visit. If it is one person, let them use one of the cards only. "
        + _THEN,
    ),
    "counted_twice": AlarmWords(
        "A sale came in two logs, and counts once.",
        "Two copies of one disk both told of it; the second time was undone at once.",
        "see that no two tills run on copies of one disk. " + _THEN,
    ),
}
_NOT_NEEDED = "nothing: it holds nothing any more. " + _THEN


def words_of(alarm: RaisedAlarm, holders: Collection[str]) -> AlarmWords:
    """An alarm in words; ``holders`` are the logs that may still spend something."""
    words = _WORDS.get(alarm.kind) or AlarmWords(
        f"{alarm.kind.replace('_', ' ').capitalize()}.",
        "A newer program may say more of it.",
        _LOOKED_AT,
    )
    if alarm.kind == "fork" and alarm.place not in holders:
        words = words._replace(do=_NOT_NEEDED)
    return words._replace(do=words.do.format(place=alarm.place, id=alarm.id))

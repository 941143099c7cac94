"""Where somebody's units are, in words: what may be used here now, and who has the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from terminal.loyalty.units import UnitKind
from terminal.wording.fitting import shortened
from terminal.wording.marks import plural, sentence
from terminal.wording.speech import Speech

_PLACES_SHOWN = 2
_PLACE_CHARACTERS_MAX = 14

_OF_MEMBER_OFFLINE = plural(
    "{here} of {member}'s {all} can be used here now. {n} is {place} while the line is down.",
    "{here} of {member}'s {all} can be used here now. {n} are {place} while the line is down.",
)
_OFFLINE = plural(
    "{here} of {all} can be used here now. {n} is {place} while the line is down.",
    "{here} of {all} can be used here now. {n} are {place} while the line is down.",
)
_OF_MEMBER = plural(
    "{here} of {member}'s {all} can be used here now. {n} is {place}.",
    "{here} of {member}'s {all} can be used here now. {n} are {place}.",
)
_ONLINE = plural(
    "{here} of {all} can be used here now. {n} is {place}.",
    "{here} of {all} can be used here now. {n} are {place}.",
)
_NONE_OF_MEMBER_OFFLINE = sentence(
    "{member}'s {all}: {place} while the line is down. Nothing of it can be used here."
)
_NONE_OFFLINE = sentence("{all}: {place} while the line is down. Nothing of it can be used here.")
_SHORT = sentence("{here} of {all} can be used here now. Scan on.")
_WENT_BACK = plural(
    "{name}: went back, {n} is {place}. Check the new total.",
    "{name}: went back, {n} are {place}. Check the new total.",
)


class RestLike(Protocol):
    """What the till tells of one unit, of which not all may be used here."""

    @property
    def member(self) -> str:
        """The short name, or empty."""

    @property
    def kind(self) -> UnitKind:
        """What the units are."""

    @property
    def counted(self) -> Mapping[str, tuple[str, ...]]:
        """How they are counted in words of their own; may be empty."""

    @property
    def here(self) -> int:
        """How many may be used here."""

    @property
    def balance(self) -> int:
        """How many there are."""

    @property
    def places(self) -> tuple[tuple[str, int], ...]:
        """(till, how many); an empty name is the server."""

    @property
    def offline(self) -> bool:
        """Whether the server did not answer."""


def rest_sentences(speech: Speech, rest: RestLike) -> Iterator[str]:
    """What may be used here and where the rest is, in words that grow shorter."""
    elsewhere = sum(n for _, n in rest.places)
    values = {
        "here": _figure(speech, rest.here, rest.kind),
        "all": speech.units(rest.balance, rest),
        "place": _places(speech, rest),
    }
    named = {**values, "member": rest.member}
    if rest.offline and not rest.here:
        if rest.member:
            yield speech.text(_NONE_OF_MEMBER_OFFLINE, **_without_here(named))
        yield speech.text(_NONE_OFFLINE, **_without_here(values))
    figure = {"n": _figure(speech, elsewhere, rest.kind)}
    if rest.member:
        msgids = _OF_MEMBER_OFFLINE if rest.offline else _OF_MEMBER
        yield speech.counted(msgids, elsewhere, **named, **figure)
    yield speech.counted(_OFFLINE if rest.offline else _ONLINE, elsewhere, **values, **figure)
    yield speech.text(_SHORT, here=values["here"], all=values["all"])


def went_back(speech: Speech, name: str, rest: RestLike) -> str:
    """A reward whose units went elsewhere while it was being paid."""
    elsewhere = sum(n for _, n in rest.places)
    return speech.counted(
        _WENT_BACK,
        elsewhere,
        name=name,
        place=_places(speech, rest),
        n=_figure(speech, elsewhere, rest.kind),
    )


def _places(speech: Speech, rest: RestLike) -> str:
    told = [_place(speech, place) for place, _ in rest.places[:_PLACES_SHOWN]]
    if len(rest.places) > _PLACES_SHOWN:
        told[-1] = speech.text(sentence("elsewhere"))
    return ", ".join(told)


def _place(speech: Speech, place: str) -> str:
    if not place:
        return speech.text(sentence("with the server"))
    return speech.text(sentence("on {till}"), till=shortened(place, _PLACE_CHARACTERS_MAX))


def _figure(speech: Speech, n: int, kind: UnitKind) -> str:
    """So many, without their unit: it stands once in the sentence."""
    return speech.money(n) if kind is UnitKind.MONEY else speech.number(n)


def _without_here(values: dict[str, str]) -> dict[str, str]:
    return {place: text for place, text in values.items() if place != "here"}

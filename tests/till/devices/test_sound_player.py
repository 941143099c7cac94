"""Sounds: heard by a small program, never waited for, and no error where there is none."""

import stat
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from terminal import resources
from terminal.till.checkout.notice import Sound
from terminal.till.devices import sound_player
from terminal.till.devices.sound_player import SoundPlayer, at_volume

ENDLESS_S = 240


@contextmanager
def player(*commands: tuple[str, ...]) -> Iterator[SoundPlayer]:
    made = SoundPlayer(commands)
    yield made
    made.close()


def program(folder: Path, name: str, script: str) -> tuple[str, ...]:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return (str(file),)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """No player here hangs, but a busy machine may start one late."""
    monkeypatch.setattr(sound_player, "_LONGEST_S", ENDLESS_S)


def until(path: Path) -> None:
    ends = time.monotonic() + ENDLESS_S
    while not path.exists():
        assert time.monotonic() < ends, f"{path} never came"
        time.sleep(0.02)


@pytest.mark.parametrize("sound", [one for one in Sound if one is not Sound.NONE])
def test_every_sound_is_there_and_as_long_as_it_may_be(sound: Sound) -> None:
    with wave.open(str(resources.path("sounds", f"{sound.value}.wav")), "rb") as file:
        length_ms = 1000 * file.getnframes() // file.getframerate()

    if sound is Sound.REFUSED:
        assert 340 <= length_ms <= 360
    else:
        assert length_ms <= 200


def test_a_sound_is_played_at_its_volume(tmp_path: Path) -> None:
    copies = program(
        tmp_path,
        "player",
        f'cp "$1" {tmp_path}/heard.new\nmv {tmp_path}/heard.new {tmp_path}/heard',
    )
    with player(copies) as sounds:
        sounds.play("member", 50)
        until(tmp_path / "heard")

    with wave.open(str(tmp_path / "heard"), "rb") as heard:
        loudest = max(memory(heard.readframes(heard.getnframes())))
    with wave.open(str(resources.path("sounds", "member.wav")), "rb") as whole:
        most = max(memory(whole.readframes(whole.getnframes())))
    assert abs(loudest - most / 4) <= 1


def memory(samples: bytes) -> list[int]:
    return memoryview(samples).cast("h").tolist()


def test_a_player_that_fails_gives_way_to_the_next_one(tmp_path: Path) -> None:
    fails = program(tmp_path, "fails", "exit 1")
    works = program(tmp_path, "works", f"touch {tmp_path}/heard")
    with player(("no-such-player",), fails, works) as sounds:
        sounds.play("look", 100)
        until(tmp_path / "heard")
        assert sounds.audible


def test_without_any_player_it_is_silent_and_says_so(tmp_path: Path) -> None:
    with player(("no-such-player",)) as sounds:
        assert not sounds.audible
        sounds.play("look", 100)
    tried = program(tmp_path, "fails", f"touch {tmp_path}/tried\nexit 1")
    with player(tried) as sounds:
        sounds.play("look", 100)
        until(tmp_path / "tried")
    assert not sounds.audible


def test_a_new_sound_ends_the_one_before(tmp_path: Path) -> None:
    script = f'case "$1" in *look*) touch {tmp_path}/first; exec sleep 60;; *) touch {tmp_path}/second;; esac'
    with player(program(tmp_path, "player", script)) as sounds:
        sounds.play("look", 100)
        until(tmp_path / "first")
        sounds.play("member", 100)
        until(tmp_path / "second")
        assert sounds.audible


def test_silence_is_nothing_at_all() -> None:
    assert at_volume(b"\x10\x27\xf0\xd8", 0) == b"\0\0\0\0"
    assert at_volume(b"\x10\x27\xf0\xd8", 100) == b"\x10\x27\xf0\xd8"

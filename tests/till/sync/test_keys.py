"""The till's key: in a keystore that works, else in a file of its owner's, and never lost in silence."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from terminal.till.sync.keys import KEY_FILE, UnfitKey, key_of, signer_of, system_keystore
from terminal.wire.signing import check_signature, public_key_of, signed_bytes

FAILS: type[KeyringBackend] = keyring.backends.fail.Keyring
NULL: type[KeyringBackend] = keyring.backends.null.Keyring


class Chest(KeyringBackend):
    """A keystore by the rules of `keyring`, in memory."""

    def __init__(self, *, forgets: bool = False) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.forgets = forgets

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if not self.forgets:
            self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


def test_without_a_keystore_the_key_is_in_a_file_of_its_owner(tmp_path: Path) -> None:
    key = key_of(tmp_path, lambda: None)

    file = tmp_path / KEY_FILE
    assert bytes.fromhex(file.read_text(encoding="ascii")) == key
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert key_of(tmp_path, lambda: None) == key


def test_a_keystore_keeps_it_and_the_file_does_not(tmp_path: Path) -> None:
    chest = Chest()
    key = key_of(tmp_path, lambda: chest)

    assert key.hex() in chest.kept.values()
    assert key.hex() not in (tmp_path / KEY_FILE).read_text(encoding="ascii")
    assert key_of(tmp_path, lambda: chest) == key


@pytest.mark.parametrize(
    "useless",
    [Chest(forgets=True), FAILS(), NULL()],
    ids=["forgets", "fails", "null"],
)
def test_a_keystore_that_keeps_nothing_is_not_relied_on(
    tmp_path: Path, useless: KeyringBackend
) -> None:
    key = key_of(tmp_path, lambda: useless)

    assert key_of(tmp_path, lambda: None) == key


def test_a_copied_folder_without_its_keystore_opens_no_line(tmp_path: Path) -> None:
    chest = Chest()
    key = key_of(tmp_path, lambda: chest)

    for other in (None, Chest()):
        with pytest.raises(UnfitKey) as refusal:
            key_of(tmp_path, lambda other=other: other)  # type: ignore[misc]
        assert key.hex() not in str(refusal.value)


@pytest.mark.parametrize("text", ["", "zz", "00" * 31, "keystore "])
def test_a_damaged_file_is_told_and_not_replaced(tmp_path: Path, text: str) -> None:
    file = tmp_path / KEY_FILE
    file.write_text(text, encoding="ascii")

    with pytest.raises(UnfitKey):
        key_of(tmp_path, lambda: None)

    assert file.read_text(encoding="ascii") == text


@pytest.mark.parametrize("name", ["fail", "null"])
def test_what_keeps_nothing_is_no_keystore_of_the_system(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    before = keyring.get_keyring()
    module = getattr(keyring.backends, name)
    keyring.set_keyring(module.Keyring())
    try:
        assert system_keystore() is None
    finally:
        keyring.set_keyring(before)


def test_its_signature_is_checked_by_its_public_half(tmp_path: Path) -> None:
    sign = signer_of(tmp_path)
    public = public_key_of(key_of(tmp_path))

    signature = sign(signed_bytes("POST", "/sync", b"body"))

    check_signature(public, signature, "POST", "/sync", b"body")

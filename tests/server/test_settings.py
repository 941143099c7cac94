"""What an owner may set, and what a server refuses to begin with."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from terminal.server.settings import (
    Settings,
    UnfitSettings,
    is_loopback,
    listening,
    owner_key,
    private_folder,
    read_settings,
)


def test_without_a_file_it_serves_this_computer(tmp_path: Path) -> None:
    settings = read_settings(tmp_path)
    assert (settings.host, settings.port, settings.port_asked) == ("127.0.0.1", 8710, False)
    assert settings.url == f"sqlite:///{tmp_path / 'server.sqlite'}"
    assert settings.demand_safe() is settings


def test_a_file_says_everything(tmp_path: Path) -> None:
    (tmp_path / "server.toml").write_text(
        """
        [server]
        database = "postgresql+psycopg://db/tenth"
        listen = "[::1]:9000"
        certificate = "tls.pem"
        certificate_key = "/keys/tls.key"
        behind_proxy = true
        workers = 4
        [rights]
        value_most = 10000
        count_most = 7
        [expiry]
        extension_days = 10
        extension_months_most = 6
        """,
        encoding="utf-8",
    )
    assert read_settings(tmp_path) == Settings(
        folder=tmp_path,
        database="postgresql+psycopg://db/tenth",
        host="::1",
        port=9000,
        port_asked=True,
        certificate=tmp_path / "tls.pem",
        certificate_key=Path("/keys/tls.key"),
        behind_proxy=True,
        workers=4,
        value_most=10_000,
        count_most=7,
        extension_days=10,
        extension_months_most=6,
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[server", "not TOML"),
        ("[servers]", "servers: no such table"),
        ("server = 1", "a table"),
        ("[server]\nport = 1", "server.port: no such setting"),
        ("[server]\nworkers = '2'", "a whole number"),
        ("[server]\nworkers = true", "a whole number"),
        ("[server]\nworkers = 0", "from 1 to 64"),
        ("[server]\nbehind_proxy = 1", "true or false"),
        ("[server]\nlisten = '8710'", "HOST:PORT"),
        ("[server]\nlisten = 'a:99999'", "from 0 to 65535"),
        ("[server]\ncertificate = 'a.pem'", "go together"),
        ("[rights]\nvalue_most = -1", "0 or more"),
        ("[rights]\ncount_most = -1", "0 or more"),
        ("[expiry]\nextension_days = 0", "from 1 to 366"),
        ("[expiry]\nextension_months_most = 0", "from 1 to 120"),
    ],
)
def test_an_unfit_file_says_which_setting(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "server.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UnfitSettings, match=words):
        read_settings(tmp_path)


def test_off_this_computer_the_line_is_encrypted(tmp_path: Path) -> None:
    open_to_all = listening(Settings(folder=tmp_path), "0.0.0.0:8710")
    with pytest.raises(UnfitSettings, match="encrypted"):
        open_to_all.demand_safe()
    replace(open_to_all, behind_proxy=True).demand_safe()
    certified = replace(
        open_to_all, certificate=tmp_path / "tls.pem", certificate_key=tmp_path / "tls.key"
    )
    with pytest.raises(UnfitSettings, match="missing"):
        certified.demand_safe()
    (tmp_path / "tls.pem").touch()
    (tmp_path / "tls.key").touch()
    assert certified.demand_safe().encrypted


def test_several_workers_need_postgresql(tmp_path: Path) -> None:
    with pytest.raises(UnfitSettings, match="PostgreSQL"):
        Settings(folder=tmp_path, workers=2).demand_safe()
    Settings(folder=tmp_path, workers=2, database="postgresql+psycopg://db/tenth").demand_safe()


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("localhost", True),
        ("127.0.0.9", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("till.example", False),
    ],
)
def test_what_is_this_computer(host: str, near: bool) -> None:
    assert is_loopback(host) is near


def test_the_owners_key_is_made_once_and_private(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "shop" / "server")
    key = owner_key(folder)
    assert owner_key(folder) == key
    assert len(bytes.fromhex(key)) == 32
    assert stat.S_IMODE((folder / "owner.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (folder / "owner.key").write_text("no key", encoding="ascii")
    with pytest.raises(UnfitSettings, match="holds no key"):
        owner_key(folder)

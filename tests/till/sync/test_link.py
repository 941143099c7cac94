"""The wire: to whom a till speaks, and what it does not put up with."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from terminal.till.sync.link import Link, NobodyThere, UnfitAddress, fit_url
from tests.ports import kept_port, number_of
from tests.till.sync.office import START_MS, portal


@pytest.mark.parametrize(
    ("url", "fit"),
    [
        ("https://tenth.example", "https://tenth.example"),
        ("https://tenth.example/shop/", "https://tenth.example/shop"),
        (" https://tenth.example:8443 ", "https://tenth.example:8443"),
        ("http://127.0.0.1:8710", "http://127.0.0.1:8710"),
        ("http://localhost:8710/", "http://localhost:8710"),
        ("http://[::1]:8710", "http://[::1]:8710"),
    ],
)
def test_an_address_that_may_be_spoken_to(url: str, fit: str) -> None:
    assert fit_url(url) == fit


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://192.168.1.5:8710", "not encrypted"),
        ("http://tenth.example", "not encrypted"),
        ("http://127.0.0.1.evil.example", "not encrypted"),
        ("ftp://tenth.example", "no address"),
        ("tenth.example", "no address"),
        ("https://", "no address"),
        ("https://tenth.example:99999", "no address"),
        ("https://tenth.example/?a=1", "no address"),
        ("https://me:secret@tenth.example", "no name and no password"),
        ("", "no address"),
    ],
)
def test_an_address_that_may_not(url: str, why: str) -> None:
    with pytest.raises(UnfitAddress, match=why) as refusal:
        fit_url(url)
    assert "secret" not in str(refusal.value)


def send(url: str, read_ms: int = START_MS, most: int = 10_000) -> tuple[int, bytes]:
    link = Link(url)
    try:
        return link.send("POST", "/sync", headers={}, body=b"x", read_ms=read_ms, most=most)
    finally:
        link.close()


def test_what_was_answered_comes_back() -> None:
    with portal(answer=b"{}", code=418) as url:
        assert send(url) == (418, b"{}")


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with portal(code=307) as url:
        assert send(url)[0] == 307


def test_a_reply_without_end_is_none() -> None:
    with portal(answer=b"x" * 20_000) as url, pytest.raises(NobodyThere):
        send(url)


def test_nobody_there_is_noticed_soon() -> None:
    begun = time.monotonic()
    with closing(kept_port()) as nobodys, pytest.raises(NobodyThere) as gone:
        send(f"http://127.0.0.1:{number_of(nobodys)}", read_ms=600_000)

    assert not gone.value.stranger
    assert time.monotonic() - begun < 300, "it did not wait for an answer"


@contextmanager
def listening(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """One that takes a single connection and does as the test says."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    talk(connection)
                except OSError:
                    return

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            thread.join()


def test_a_server_that_says_nothing_is_given_up() -> None:
    given_up = threading.Event()
    was_first: list[bool] = []
    with listening(lambda connection: was_first.append(given_up.wait(60))) as url:
        with pytest.raises(NobodyThere):
            send(url, read_ms=300)
        given_up.set()

    assert was_first == [True], "it was not the server's end that ended it"


def test_a_reply_that_drips_is_given_up() -> None:
    def drip(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(1_000):
            connection.sendall(b"x")
            if given_up.wait(0.1):
                return
        to_the_end.append(connection)

    given_up = threading.Event()
    to_the_end: list[socket.socket] = []
    with listening(drip) as url:
        with pytest.raises(NobodyThere):
            send(url, read_ms=300)
        given_up.set()
    assert not to_the_end


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"SSH-2.0-OpenSSH_9\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut off",
    ],
)
def test_half_an_answer_is_none(said: bytes) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(said)

    with listening(talk) as url, pytest.raises(NobodyThere):
        send(url)


def test_a_certificate_that_nobody_vouches_for_is_a_strangers(tmp_path: Path) -> None:
    file = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)

    def talk(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            wrapped.recv(10)

    with listening(talk) as url, pytest.raises(NobodyThere) as gone:
        send(url.replace("http://", "https://"))

    assert gone.value.stranger


def self_signed(folder: Path) -> Path:
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, None)
    )
    file = folder / "tls.pem"
    file.write_bytes(
        certificate.public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return file

"""The wire itself: HTTP with a kept connection, bounded in time and size, encrypted off this computer.

Redirects are not followed: whoever sends us elsewhere is not our server.
"""

from __future__ import annotations

import ipaddress
import ssl
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from terminal.till.sync.answers import REPLY_BYTES_MOST
from terminal.till.sync.errands import Message

AUTHORITY_FILE = "server-ca.pem"
"""In a shop's folder: who vouches for its server, where that is nobody whom the world knows."""
CONNECT_MS = 2_000
WRITE_MS = 10_000


class UnfitAddress(ValueError):
    """The address is none that a till may speak to; the message says why."""


class NobodyThere(Exception):
    """Nobody answered in time, or not in full. ``stranger``: the certificate is not to be trusted."""

    def __init__(self, text: str, *, stranger: bool = False) -> None:
        super().__init__(text)
        self.stranger = stranger


class Link:
    """One kept connection to one server. To be used by one thread."""

    def __init__(self, url: str, authority: Path | None = None) -> None:
        """``authority`` is a PEM file: only certificates that it vouches for are believed.

        Raises `UnfitAddress`.
        """
        self.url = fit_url(url)
        self.authority = authority
        near = _is_near(urlsplit(self.url).hostname or "")
        self._client = httpx2.Client(
            base_url=self.url,
            follow_redirects=False,
            # A proxy set up for the web must not be asked for this computer itself.
            trust_env=not near,
            verify=_certificates(self.url, authority, near=near),
            headers={"User-Agent": "tenth", "Accept-Encoding": "identity"},
            limits=httpx2.Limits(max_connections=1, max_keepalive_connections=1),
        )

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        body: bytes = b"",
        read_ms: int,
        most: int = REPLY_BYTES_MOST,
    ) -> tuple[int, bytes]:
        """Send and wait; the HTTP code and the body.

        Raises:
            NobodyThere: no answer within ``read_ms``, or one of more than ``most`` bytes.
        """
        ends = time.monotonic() + (CONNECT_MS + read_ms) / 1000
        timeout = httpx2.Timeout(
            connect=CONNECT_MS / 1000, read=read_ms / 1000, write=WRITE_MS / 1000, pool=1
        )
        given = dict(headers)
        if body:
            given["Content-Type"] = "application/octet-stream"
        try:
            with self._client.stream(
                method, path, content=body, headers=given, timeout=timeout
            ) as response:
                parts, size = [], 0
                for part in response.iter_raw():
                    parts.append(part)
                    size += len(part)
                    if size > most or time.monotonic() > ends:
                        # A reply that drips or never ends is none.
                        raise NobodyThere("the reply is too long or too slow")
                return response.status_code, b"".join(parts)
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            raise NobodyThere(type(error).__name__, stranger=_is_distrust(error)) from error

    def close(self) -> None:
        """Hang up."""
        self._client.close()


class Way:
    """Carries the courier's messages to wherever the server is now: a local one may move."""

    def __init__(self, find: Callable[[], str | None], authority: Path | None = None) -> None:
        """``find`` tells the server's address; None while there is none."""
        self._find = find
        self._authority = authority
        self._link: Link | None = None

    def carry(self, message: Message) -> tuple[int, bytes]:
        """Send it and wait for the answer.

        Raises:
            NobodyThere: no answer.
        """
        link = self._link or self._connect()
        try:
            return link.send(
                message.method,
                message.path,
                headers=message.headers,
                body=message.body,
                read_ms=message.read_ms,
            )
        except NobodyThere:
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        link, self._link = self._link, None
        if link is not None:
            link.close()

    def _connect(self) -> Link:
        url = self._find()
        if url is None:
            raise NobodyThere("no server runs here")
        try:
            self._link = Link(url, self._authority)
        except UnfitAddress as error:
            raise NobodyThere(str(error)) from error
        return self._link


def ask_once(
    url: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    authority: Path | None = None,
) -> tuple[int, bytes] | None:
    """Ask a server one thing, with patience; None where nobody answers."""
    try:
        link = Link(url, authority)
    except UnfitAddress:
        return None
    try:
        return link.send("POST", path, headers=headers, body=body, read_ms=60_000, most=2**28)
    except NobodyThere:
        return None
    finally:
        link.close()


def authority_of(folder: Path) -> Path | None:
    """Who vouches for the server of the shop in a folder; None: whom this computer trusts."""
    file = folder / AUTHORITY_FILE
    return file if file.is_file() else None


def fit_url(url: str) -> str:
    """An address without a slash at its end, if a till may speak to it.

    Raises:
        UnfitAddress: it is none, or others could listen in.
    """
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise UnfitAddress(f"{url} is no address: {error}.") from error
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment:
        raise UnfitAddress(f"{url} is no address such as https://tenth.example.")
    if parts.username is not None:
        raise UnfitAddress("An address carries no name and no password.")
    if parts.scheme == "http" and not _is_near(host):
        raise UnfitAddress(
            f"{url} is not encrypted: whoever listens would read names and phones. "
            "Only a server on this computer may be reached by http://; take https://."
        )
    return url.strip().rstrip("/")


def _is_near(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _certificates(url: str, authority: Path | None, *, near: bool) -> ssl.SSLContext | bool:
    if url.startswith("https:") and authority is not None:
        try:
            return ssl.create_default_context(cafile=authority)
        except (OSError, ssl.SSLError) as error:
            raise UnfitAddress(f"{authority} holds no certificate (PEM).") from error
    if near and not url.startswith("https:"):
        # Loading the certificates of the world takes 20 ms and 4 MB, for nothing without TLS.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return True


def _is_distrust(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False

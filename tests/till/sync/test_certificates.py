"""A small chain without a reverse proxy: the server ends TLS itself, by a certificate of its owner's."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from terminal.server.settings import UnfitSettings
from terminal.till import joining
from terminal.till.devices.clock import SystemClock
from terminal.till.line_port import LineTrouble
from terminal.till.ports import Member
from terminal.till.settings import Settings
from terminal.till.sync.link import AUTHORITY_FILE, UnfitAddress
from terminal.till.sync.pairing import NotPaired
from tests.till.sync.office import Office, Till, make_shop


@dataclass(frozen=True)
class Authority:
    """Whom tills believe about their server."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    file: Path

    def vouch(self, folder: Path, host: str = "127.0.0.1") -> tuple[Path, Path]:
        """A certificate for a server, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        where = x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))])
        signed = _begun(self.certificate.subject, f"tenth {host}", key).add_extension(
            where, critical=False
        )
        files = folder / "tls.pem", folder / "tls.key"
        files[0].write_bytes(signed.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM))
        files[1].write_bytes(_plain(key))
        return files


def authority(folder: Path) -> Authority:
    """A new one; its file is what an owner carries to the tills."""
    folder.mkdir(parents=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = _named("The chain")
    basic = x509.BasicConstraints(ca=True, path_length=0)
    certificate = (
        _begun(name, "The chain", key)
        .add_extension(basic, critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "ca.pem"
    file.write_bytes(certificate.public_bytes(Encoding.PEM))
    return Authority(key, certificate, file)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _begun(
    issuer: x509.Name, name: str, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )


def _plain(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture
def chain(tmp_path: Path) -> Authority:
    return authority(tmp_path / "chain")


@pytest.fixture
def office(chain: Authority, tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path / "office")
    prove(office, chain)
    office.authority = chain.file
    office.url = office.url.replace("http:", "https:")
    office.start()
    office.publish()
    yield office
    office.stop()


def prove(office: Office, by: Authority) -> None:
    """Give the server a certificate; it shows it from its next start on."""
    certificate, key = by.vouch(office.settings.folder)
    office.settings = replace(office.settings, certificate=certificate, certificate_key=key)


def join(office: Office, folder: Path, ca: Path | None) -> Settings:
    return joining.pair(folder, office.url, office.code(), "Till 2", authority=ca)


def enrol(settings: Settings) -> None:
    with joining.opened(settings) as (database, _):
        member = Member(id="a" * 32, name="Anna")
        database.journal.enrol(member, "2912345678901", SystemClock().now())


def test_a_till_joins_and_syncs_by_the_owners_own_authority(
    office: Office, chain: Authority, tmp_path: Path
) -> None:
    settings = join(office, tmp_path / "home" / "till2", chain.file)
    chain.file.unlink()  # the till keeps a copy

    enrol(settings)

    assert joining.fetch(settings) is LineTrouble.NONE
    assert office.facts() == 1
    assert settings.server.url.startswith("https://127.0.0.1:")


@pytest.mark.slow
def test_the_courier_of_an_open_till_uses_it_too(
    office: Office, chain: Authority, tmp_path: Path
) -> None:
    till = Till(join(office, tmp_path / "home" / "till2", chain.file))
    try:
        till.record(2)
        till.synced()
        office.stop()
        prove(office, authority(tmp_path / "thief"))
        office.start()
        till.record(1)
        till.stands(LineTrouble.UNTRUSTED)
    finally:
        till.close()


def test_the_shop_that_is_there_joins_by_it(
    office: Office, chain: Authority, tmp_path: Path
) -> None:
    shop = make_shop(tmp_path / "home" / "shop")
    enrol(shop)

    joined = join(office, shop.folder, chain.file)

    assert joining.fetch(joined) is LineTrouble.NONE
    assert office.facts() == 1


def test_without_it_nothing_is_told_to_a_stranger(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "till2"
    with pytest.raises(NotPaired, match=r"does not trust.*--ca"):
        join(office, folder, None)

    assert not folder.exists()


def test_another_authority_is_no_better(office: Office, tmp_path: Path) -> None:
    with pytest.raises(NotPaired, match="does not trust"):
        join(office, tmp_path / "home" / "till2", authority(tmp_path / "other").file)


def test_a_file_that_is_no_certificate_is_told(office: Office, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Ania", encoding="utf-8")
    with pytest.raises(UnfitAddress, match="no certificate"):
        join(office, tmp_path / "home" / "till2", letter)
    with pytest.raises(UnfitAddress, match="no certificate"):
        join(office, tmp_path / "home" / "till2", tmp_path / "missing.pem")


def test_a_certificate_of_somebody_else_is_a_state_of_the_line(
    office: Office, chain: Authority, tmp_path: Path
) -> None:
    settings = join(office, tmp_path / "home" / "till2", chain.file)
    office.stop()
    prove(office, authority(tmp_path / "thief"))
    office.start()
    enrol(settings)

    assert joining.fetch(settings) is LineTrouble.UNTRUSTED

    assert office.facts() == 0


def test_a_new_authority_is_told_to_a_till_that_is_let_in(
    office: Office, chain: Authority, tmp_path: Path
) -> None:
    settings = join(office, tmp_path / "home" / "till2", chain.file)
    office.stop()
    new = authority(tmp_path / "new")
    prove(office, new)
    office.authority = new.file
    office.start()

    with pytest.raises(NotPaired, match="already"):
        join(office, settings.folder, new.file)

    assert (settings.folder / AUTHORITY_FILE).read_bytes() == new.file.read_bytes()
    assert joining.fetch(settings) is LineTrouble.NONE


def test_a_wrong_authority_does_not_cut_off_a_till_that_is_let_in(
    office: Office, chain: Authority, tmp_path: Path
) -> None:
    settings = join(office, tmp_path / "home" / "till2", chain.file)

    with pytest.raises(NotPaired, match="does not trust"):
        join(office, settings.folder, authority(tmp_path / "wrong").file)

    assert (settings.folder / AUTHORITY_FILE).read_bytes() == chain.file.read_bytes()
    assert joining.fetch(settings) is LineTrouble.NONE


def test_what_people_write_above_a_certificate_may_have_any_letters(
    office: Office, chain: Authority, tmp_path: Path
) -> None:
    """Openssl puts the names of who signed there, in whatever letters they have."""
    pem = chain.file.read_bytes()
    chain.file.write_bytes("Wystawca: Łódź\n".encode("cp1250") + pem)

    settings = join(office, tmp_path / "home" / "till2", chain.file)

    assert joining.fetch(settings) is LineTrouble.NONE


def test_off_this_computer_both_sides_insist_on_it(office: Office, tmp_path: Path) -> None:
    open_to_all = replace(office.settings, host="192.0.2.1", certificate=None, certificate_key=None)
    with pytest.raises(UnfitSettings, match=r"must be encrypted.*--certificate FILE"):
        open_to_all.demand_safe()
    replace(office.settings, host="192.0.2.1").demand_safe()
    folder = tmp_path / "home" / "till2"
    with pytest.raises(UnfitAddress, match="not encrypted"):
        joining.pair(folder, "http://192.0.2.1:8710", "CODE", "Till 2")
    assert not folder.exists()


def test_a_new_address_forgets_the_old_authority(
    office: Office, chain: Authority, tmp_path: Path
) -> None:
    """Who moves to a server that the world knows is not held to the chain's own file."""
    shop = make_shop(tmp_path / "home" / "shop")
    shutil.copy(chain.file, shop.folder / AUTHORITY_FILE)
    other = Office(tmp_path / "other")
    other.start()
    other.publish()
    try:
        joined = joining.pair(shop.folder, other.url, other.code(), "Till 1")
        assert not (joined.folder / AUTHORITY_FILE).exists()
    finally:
        other.stop()

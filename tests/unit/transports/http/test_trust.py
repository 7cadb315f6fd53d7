"""Which authorities the direct transports trust: the system's, of which no more are read than are needed."""

from __future__ import annotations

import hashlib
import ssl
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from dynamo_document_builder import AsyncHttpTransport, HttpTransport, NoAnswerError
from dynamo_document_builder.transports.http.configuration.trust_store import TrustStore
from tests.event_loops import LOOPS, run_in
from tests.fault_server import FaultServer, says
from tests.unit.transports.awaiting import WRITE
from tests.unit.transports.certificates import certificate, server_context

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ONCE: dict[str, Any] = {"region": "eu-north-1", "max_attempts": 1}
UNKNOWN_AUTHORITY, WRONG_HOST = 20, 62


def hashed(name: str) -> str:
    """Return the file name that OpenSSL looks for: https://docs.openssl.org/3.0/man1/openssl-rehash/."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]).public_bytes()
    return hashlib.sha1(subject[2:], usedforsecurity=False).digest()[3::-1].hex() + ".0"


class System:
    """What a system trusts: a directory, and a file with all of it."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.directory, self.file = path / "certs", path / "bundle.pem"
        self.directory.mkdir()
        self.file.write_bytes(certificate("another")[0])
        monkeypatch.setenv("SSL_CERT_DIR", str(self.directory))
        monkeypatch.setenv("SSL_CERT_FILE", str(self.file))
        monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)

    def keep_one_by_one(self, name: str, text: bytes) -> None:
        (self.directory / hashed(name)).write_bytes(text)


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> System:
    return System(tmp_path, monkeypatch)


@pytest.fixture
def trusted() -> tuple[bytes, bytes]:
    return certificate("authority")


@pytest.fixture
def server(tmp_path: Path, trusted: tuple[bytes, bytes]) -> Iterator[FaultServer]:
    (tmp_path / "server.pem").write_bytes(b"".join(trusted))
    with FaultServer(otherwise=lambda _: says(), tls=server_context(tmp_path / "server.pem")).running() as running:
        yield running


class Sent:
    """Twice, each time over a new connection; and what the transport read to trust its host."""

    def __init__(self, way: str, server: FaultServer) -> None:
        if way == "blocking":
            self.block(server)
        else:
            run_in(way, self.wait(server))

    def block(self, server: FaultServer) -> None:
        with HttpTransport(endpoint_url=server.endpoint, **ONCE) as transport:
            for _ in range(2):
                transport.send(WRITE)
                transport.close()
            self.trust = transport._wiring.trust

    async def wait(self, server: FaultServer) -> None:
        async with AsyncHttpTransport(endpoint_url=server.endpoint, **ONCE) as transport:
            for _ in range(2):
                await transport.send(WRITE)
                await transport.aclose()
            self.trust = transport._wiring.trust

    @property
    def has_read_all(self) -> bool:
        assert self.trust is not None
        return self.trust.context is not self.trust._directory_context


WAYS = pytest.mark.parametrize("way", ["blocking", *LOOPS])


@WAYS
def test_an_authority_that_is_kept_by_itself_is_all_that_is_read(
    system: System, server: FaultServer, trusted: tuple[bytes, bytes], way: str
) -> None:
    system.keep_one_by_one("authority", trusted[0])
    sent = Sent(way, server)
    assert not sent.has_read_all
    assert sent.trust is not None
    assert len(sent.trust.context.get_ca_certs()) == 1
    assert len(server.seen) == 2


@WAYS
def test_one_that_is_not_found_there_is_found_in_the_whole_list(
    system: System, server: FaultServer, trusted: tuple[bytes, bytes], way: str
) -> None:
    system.keep_one_by_one("other", certificate("other")[0])
    system.file.write_bytes(system.file.read_bytes() + trusted[0])
    assert Sent(way, server).has_read_all
    assert len(server.seen) == 2


@WAYS
def test_where_none_are_kept_by_themselves_the_whole_list_is_read_at_once(
    system: System, server: FaultServer, trusted: tuple[bytes, bytes], way: str
) -> None:
    (system.directory / "README").touch()
    system.file.write_bytes(trusted[0])
    sent = Sent(way, server)
    assert sent.trust is not None
    assert sent.trust._directory_context is None
    assert len(server.seen) == 2


@WAYS
def test_one_that_is_nowhere_is_refused_before_anything_is_sent(system: System, server: FaultServer, way: str) -> None:
    system.keep_one_by_one("other", certificate("other")[0])
    with pytest.raises(NoAnswerError, match=r"CERTIFICATE_VERIFY_FAILED.*nothing was sent"):
        Sent(way, server)
    assert server.seen == []


def refusal(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError()
    error.verify_code = code
    return error


def test_only_an_unknown_authority_is_looked_for_further(system: System) -> None:
    system.keep_one_by_one("other", certificate("other")[0])
    trust = TrustStore()
    few = trust.context
    assert trust.may_need_all(refusal(UNKNOWN_AUTHORITY), few)
    assert not trust.may_need_all(refusal(WRONG_HOST), few)
    assert not trust.may_need_all(TimeoutError(), few)
    assert not trust.may_need_all(None, few)
    trust.load_all()
    assert trust.may_need_all(refusal(UNKNOWN_AUTHORITY), few), "another thread, which began before"
    assert not trust.may_need_all(refusal(UNKNOWN_AUTHORITY), trust.context)


def test_what_is_given_is_all_that_is_trusted(
    system: System, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, trusted: tuple[bytes, bytes]
) -> None:
    system.keep_one_by_one("other", certificate("other")[0])
    context = ssl.create_default_context()
    (tmp_path / "own.pem").write_bytes(trusted[0])
    assert TrustStore(context).context is context
    bundled = TrustStore(bundle=str(tmp_path / "own.pem"))
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "own.pem"))
    for trust in (bundled, HttpTransport(region="eu-north-1")._wiring.trust):
        assert [known["subject"] for known in trust.context.get_ca_certs()] == [((("commonName", "authority"),),)]
        assert not trust.may_need_all(refusal(UNKNOWN_AUTHORITY), trust.context)


def test_a_directory_that_cannot_be_read_is_none(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    system.keep_one_by_one("other", certificate("other")[0])

    def refuse(_path: str) -> Any:
        raise PermissionError

    monkeypatch.setattr("os.scandir", refuse)
    assert TrustStore()._directory_context is None

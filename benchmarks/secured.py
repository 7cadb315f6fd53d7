"""
TLS in front of an engine, by an authority of our own that stands beside those the system trusts.

As on a machine where somebody has installed that authority: it is one more in the list of them all, and in the
directory where OpenSSL finds each by its hash.
"""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

import trustme

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK: Final = 64 * 1024
END: Final = b"-----END CERTIFICATE-----\n"


class Front:
    """Passes on what comes over TLS."""

    def __init__(self, port: int, certificate: trustme.LeafCert) -> None:
        self._port = port
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(self._context)
        self._ready = Event()
        self.url = ""

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_engine, to_engine = await asyncio.open_connection("127.0.0.1", self._port)
        await asyncio.gather(_pass_on(reader, to_engine), _pass_on(from_engine, writer))

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=self._context)
        self.url = f"https://localhost:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await server.serve_forever()

    def start(self) -> None:
        Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        self._ready.wait()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError, ssl.SSLError):
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()


class Trusted:
    """The authorities of the system, and one more."""

    def __init__(self, folder: Path, authority: bytes) -> None:
        system = ssl.get_default_verify_paths().cafile
        self.file, self.directory = folder / "bundle.pem", folder / "certs"
        self.file.write_bytes((b"" if system is None else Path(system).read_bytes()) + authority)
        self.directory.mkdir()
        for number, text in enumerate(self.file.read_bytes().split(END)[:-1]):
            (self.directory / f"{number}.pem").write_bytes(text + END)
        openssl = which("openssl")
        if openssl is None:
            raise RuntimeError("the directory of authorities is made by openssl, which is not there")
        subprocess.run([openssl, "rehash", self.directory], check=True)


@contextmanager
def secured(url: str) -> Iterator[tuple[str, Trusted]]:
    """Give an endpoint with TLS for one without, and what to trust."""
    authority = trustme.CA()
    front = Front(int(url.rpartition(":")[2]), authority.issue_cert("localhost"))
    front.start()
    with TemporaryDirectory() as folder:
        yield front.url, Trusted(Path(folder), authority.cert_pem.bytes())

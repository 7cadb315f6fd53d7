"""
The certificate authorities that a transport trusts.

Reading all trusted certificates of a system takes 16 ms, a fifth of the time to the first answer. Many systems also
have a directory with one file per certificate, named by a hash. From there, OpenSSL reads only the certificates that a
host needs: https://docs.openssl.org/3.0/man3/SSL_CTX_load_verify_locations/. If it does not find one there, the whole
list is read, so the same hosts are trusted in the end.
"""

from __future__ import annotations

import os
import ssl
from contextlib import suppress
from typing import Final

from dynamo_document_builder.errors import DefinitionError

_UNKNOWN_AUTHORITY: Final = frozenset({2, 18, 19, 20, 21})
"""The codes of OpenSSL for a certificate chain without a known authority, including self-signed certificates."""


class TrustStore:
    """The trusted authorities of one transport: those of a context, of a file, or of the system."""

    __slots__ = ("_directory_context", "context")

    def __init__(self, given: ssl.SSLContext | None = None, bundle: str | None = None) -> None:
        directory = None if given or bundle else _directory()
        self._directory_context = None if directory is None else _context(directory=directory)
        self.context = given or self._directory_context or _context(bundle)

    def may_need_all(self, failure: BaseException | None, used: ssl.SSLContext) -> bool:
        """Return True if a connection that failed with the context *used* may succeed after `load_all`."""
        return used is self._directory_context and getattr(failure, "verify_code", None) in _UNKNOWN_AUTHORITY

    def load_all(self) -> None:
        """Read all trusted certificates of the system."""
        self.context = _context()


def _context(bundle: str | None = None, directory: str | None = None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=bundle, capath=directory)
    except OSError as error:  # those of ssl are OSErrors too
        raise DefinitionError(f"the trusted certificates in {bundle or directory!r} cannot be read: {error}") from error
    context.set_alpn_protocols(["http/1.1"])
    return context


def _directory() -> str | None:
    directory = ssl.get_default_verify_paths().capath
    if directory:
        with suppress(OSError), os.scandir(directory) as entries:  # the directory may not be readable
            if any(entry.name.endswith(".0") for entry in entries):
                return directory
    return None

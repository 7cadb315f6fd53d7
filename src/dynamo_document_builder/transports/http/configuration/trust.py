"""
Which authorities vouch for hosts.

Reading all that a system trusts takes 16 ms, a fifth of the way to a first answer. Where the system also keeps them one
by one, in a directory by their hashes, OpenSSL reads those alone that a host names:
https://docs.openssl.org/3.0/man3/SSL_CTX_load_verify_locations/. The others are read when one is not found there, so
that the same hosts are trusted as by the whole list.
"""

from __future__ import annotations

import os
import ssl
from contextlib import suppress
from typing import Final

from dynamo_document_builder.errors import DefinitionError

_UNKNOWN_AUTHORITY: Final = frozenset({2, 18, 19, 20, 21})
"""The codes of OpenSSL for a chain that ends in nobody it knows, or in the certificate itself."""


class TrustStore:
    """The authorities of one transport: given, or the system's."""

    __slots__ = ("_directory_context", "context")

    def __init__(self, given: ssl.SSLContext | None = None, bundle: str | None = None) -> None:
        directory = None if given or bundle else _directory()
        self._directory_context = None if directory is None else _context(directory=directory)
        self.context = given or self._directory_context or _context(bundle)

    def may_need_all(self, failure: BaseException | None, used: ssl.SSLContext) -> bool:
        """Tell whether a connection that failed with *used* may succeed by what has not been read yet."""
        return used is self._directory_context and getattr(failure, "verify_code", None) in _UNKNOWN_AUTHORITY

    def load_all(self) -> None:
        """Read all that the system trusts."""
        self.context = _context()


def _context(bundle: str | None = None, directory: str | None = None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=bundle, capath=directory)
    except OSError as error:  # those of ssl are OSErrors too
        raise DefinitionError(f"the authorities of {bundle or directory!r} cannot be read: {error}") from error
    context.set_alpn_protocols(["http/1.1"])
    return context


def _directory() -> str | None:
    directory = ssl.get_default_verify_paths().capath
    if directory:
        with suppress(OSError), os.scandir(directory) as entries:  # it may be for others to read
            if any(entry.name.endswith(".0") for entry in entries):
                return directory
    return None

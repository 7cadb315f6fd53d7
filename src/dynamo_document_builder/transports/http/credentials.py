"""Whose keys sign: those of the environment, of a client, or of whatever botocore finds."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, Final, Protocol

from msgspec import Struct

from dynamo_document_builder.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT_SECONDS: Final = 1.0
"""Asking botocore whether keys are about to expire takes longer than to sign."""


class Credentials(Struct, frozen=True):
    """One set of keys; they belong together."""

    access_key: str
    secret_key: str
    token: str | None = None

    def __repr__(self) -> str:
        return f"Credentials(access_key={self.access_key!r})"


class Frozen(Protocol):
    """Keys as botocore gives them: `session.get_credentials().get_frozen_credentials()`."""

    @property
    def access_key(self) -> str: ...
    @property
    def secret_key(self) -> str: ...
    @property
    def token(self) -> str | None: ...


class CredentialsSource(Struct, eq=False):
    """Gives the keys of the moment, asked for anew once a second at most."""

    load: Callable[[], Frozen | Credentials | None]
    """Returns the keys as they are now; it refreshes them if they are about to expire."""
    clock: Callable[[], float] = time.monotonic
    _kept: tuple[float, Credentials] | None = None

    def current(self) -> Credentials:
        """Return the keys to sign with now."""
        kept, now = self._kept, self.clock()
        if kept is not None and now < kept[0]:
            return kept[1]
        found = self.load()
        if found is None or not found.access_key:
            raise UsageError(
                "there are no AWS credentials, nothing was sent: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
                "or give credentials="
            )
        credentials = Credentials(found.access_key, found.secret_key, found.token or None)
        self._kept = now + KEPT_SECONDS, credentials
        return credentials

    def renewed(self, refused: Credentials) -> bool:
        """Ask for other keys than those that were refused as expired, and say whether there are any."""
        self._kept = None
        return self.current() != refused


def from_environment() -> Credentials | None:
    """Return the keys in the environment, as in a Lambda function, if there are any."""
    access_key, secret_key = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    if not (access_key and secret_key):
        return None
    return Credentials(access_key, secret_key, os.environ.get("AWS_SESSION_TOKEN") or None)


def found_credentials() -> CredentialsSource:
    """Return a source of the keys in the environment, or of those that botocore finds elsewhere."""
    if from_environment() is not None:
        return CredentialsSource(from_environment)
    from botocore.session import Session  # noqa: PLC0415  the environment has no keys, so botocore looks for them

    session: Any = Session()
    return source_of(session.get_credentials())


def source_of(credentials: Any) -> CredentialsSource:
    """Return a source of keys that never change, or of botocore's own kind, which may refresh them."""
    if isinstance(credentials, CredentialsSource):
        return credentials
    if credentials is None:
        return CredentialsSource(lambda: None)
    frozen = getattr(credentials, "get_frozen_credentials", None)
    if frozen is not None:
        return CredentialsSource(frozen)
    function: Any = credentials
    return CredentialsSource(function if callable(credentials) else lambda: credentials)

"""Whose keys sign: those of the environment, of a client, or of whatever botocore finds."""

from __future__ import annotations

import os
import time
from types import CoroutineType
from typing import TYPE_CHECKING, Any, Final, Protocol

from msgspec import Struct

from dynamo_document_builder.errors import DefinitionError, UsageError
from dynamo_document_builder.errors.texts import given_type

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from dynamo_document_builder.transports.threads.daemon_pool import SingleFlight

CACHE_SECONDS: Final = 1.0
"""Asking botocore whether keys are about to expire takes longer than to sign."""
_SHAPE: Final = "with access_key and secret_key, both str, and token, a str or None"
_MISSING: Final = object()


class NoCredentialsError(UsageError):
    """There are no keys to sign with. Nothing was sent."""


class Credentials(Struct, frozen=True):
    """One set of keys; they belong together."""

    access_key: str
    secret_key: str
    token: str | None = None
    account_id: str | None = None

    def __repr__(self) -> str:
        return f"Credentials(access_key={self.access_key!r})"


class FrozenCredentials(Protocol):
    """Keys as botocore gives them: `session.get_credentials().get_frozen_credentials()`."""

    @property
    def access_key(self) -> str: ...
    @property
    def secret_key(self) -> str: ...
    @property
    def token(self) -> str | None: ...


class CredentialsSource:
    """
    Gives the keys of the moment, which are loaded once a second at most; a load that failed is not repeated sooner.

    A *load* that may block runs in a daemon thread: once for all callers that wait for it, none of them longer than it
    wants to. Threads need no lock here, which a forked process might find taken for ever.
    """

    __slots__ = ("_cached", "_clock", "_last_failure", "_load", "_may_block", "_single_flight")

    def __init__(
        self,
        load: Callable[[], FrozenCredentials | Credentials | None],
        *,
        may_block: Callable[[], bool] | None = lambda: True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load = load
        """Returns the keys as they are now; it refreshes them if they are about to expire."""
        self._clock = clock
        self._cached: tuple[float, Credentials] | None = None
        self._last_failure: tuple[float, Exception] | None = None
        self._single_flight: SingleFlight[Credentials] | None = None
        self._may_block = may_block
        """Says whether a load may block now; `None`: it never does."""
        if may_block is not None:
            # Lazy import: it loads `logging`, 3 ms that keys of the environment do not need.
            from dynamo_document_builder.transports.threads.daemon_pool import SingleFlight  # noqa: PLC0415

            self._single_flight = SingleFlight(self._load_once)

    def current(self) -> Credentials | None:
        """Return the keys to sign with now, or `None` if that takes a `loading`."""
        kept = self._cached
        if kept is not None and self._clock() < kept[0]:
            return kept[1]
        return None if self._may_block is not None and self._may_block() else self._load_now()

    @property
    def last(self) -> Credentials | None:
        """The keys that were loaded last, if any were; this loads none."""
        return None if self._cached is None else self._cached[1]

    def load_in_thread(self) -> Future[Credentials]:
        """Have the keys loaded, where they are not ready."""
        assert self._single_flight is not None  # noqa: S101  what may not block is always ready
        return self._single_flight.start()

    def _load_once(self) -> Credentials:
        kept, failed = self._cached, self._last_failure  # by a load that ended between the question and this
        if kept is not None and self._clock() < kept[0]:
            return kept[1]
        if failed is not None and self._clock() < failed[0]:
            raise failed[1].with_traceback(None)  # which would grow each time
        try:
            return self._load_now()
        except Exception as error:
            self._last_failure = self._clock() + CACHE_SECONDS, error
            raise

    def _load_now(self) -> Credentials:
        found = self._load()
        if found is None or not getattr(found, "access_key", _MISSING):
            raise NoCredentialsError(
                "there are no AWS credentials, nothing was sent: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
                "or give credentials="
            )
        if not _has_keys(found):
            raise DefinitionError(
                f"credentials= returned {given_type(found)}, nothing was sent: return an object {_SHAPE}"
            )
        account: str | None = getattr(found, "account_id", None)
        credentials = Credentials(found.access_key, found.secret_key, found.token or None, account or None)
        self._cached, self._last_failure = (self._clock() + CACHE_SECONDS, credentials), None
        return credentials

    def forget(self, refused: Credentials) -> None:
        """Have keys that were refused as expired loaded again, before they are next used."""
        kept = self._cached
        if kept is not None and kept[1] == refused:
            self._cached = None


def from_environment() -> Credentials | None:
    """Return the keys in the environment, as in a Lambda function, if there are any."""
    access_key, secret_key = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    if not (access_key and secret_key):
        return None
    token, account = os.environ.get("AWS_SESSION_TOKEN"), os.environ.get("AWS_ACCOUNT_ID")
    return Credentials(access_key, secret_key, token or None, account or None)


def default_credentials(*, by_botocore: bool) -> CredentialsSource:
    """Return a source of the keys in the environment, or of those that botocore finds."""
    if by_botocore or from_environment() is None:
        return CredentialsSource(_BotocoreCredentials())
    return CredentialsSource(from_environment, may_block=None)


class _BotocoreCredentials:
    """Looks for keys when they are first needed: the instance's metadata service may take seconds to answer."""

    __slots__ = ("_session",)

    def __init__(self) -> None:
        self._session: Any = None

    def __call__(self) -> FrozenCredentials | None:
        if self._session is None:
            # Lazy import: an SDK, which keys of the environment do not need.
            from botocore.session import Session  # noqa: PLC0415

            self._session = Session()
        credentials = self._session.get_credentials()
        frozen: FrozenCredentials | None = None if credentials is None else credentials.get_frozen_credentials()
        return frozen


def credentials_source(credentials: Any) -> CredentialsSource:
    """Return a source of keys that never change, of botocore's own kind, or of those that a function returns."""
    if isinstance(credentials, CredentialsSource):
        return credentials
    frozen = getattr(credentials, "get_frozen_credentials", None)
    if frozen is not None:
        return CredentialsSource(frozen, may_block=lambda: not are_fixed(credentials))
    if callable(credentials):
        function: Any = credentials
        return CredentialsSource(function)
    if not _has_keys(credentials):
        raise DefinitionError(
            f"credentials= cannot be {given_type(credentials)}: give an object {_SHAPE}, or a function that returns one"
        )
    return CredentialsSource(lambda: credentials, may_block=None)


def _has_keys(found: object) -> bool:
    if isinstance(found, CoroutineType):
        found.close()  # nobody will await it
        return False
    names = ("access_key", "secret_key", "token")
    access_key, secret_key, token = (getattr(found, name, _MISSING) for name in names)
    return isinstance(access_key, str) and isinstance(secret_key, str) and (token is None or isinstance(token, str))


def are_fixed(credentials: object) -> bool:
    """Tell, without loading it, whether botocore's credentials are of the kind that is never refreshed."""
    kind = type(credentials)
    return (kind.__module__, kind.__qualname__) == ("botocore.credentials", "Credentials")

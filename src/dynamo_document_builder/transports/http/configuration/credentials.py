"""The credentials that sign requests: from the environment, from a client, or from the providers of botocore."""

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
"""Seconds for which loaded credentials are used again: asking botocore for them takes longer than signing."""
_SHAPE: Final = "with access_key and secret_key, both str, and token, a str or None"
_MISSING: Final = object()


class NoCredentialsError(UsageError):
    """There are no credentials to sign with. Nothing was sent."""


class Credentials(Struct, frozen=True):
    """The keys of one identity, with its session token and account."""

    access_key: str
    secret_key: str
    token: str | None = None
    account_id: str | None = None

    def __repr__(self) -> str:
        return f"Credentials(access_key={self.access_key!r})"


class FrozenCredentials(Protocol):
    """Credentials as botocore returns them from `session.get_credentials().get_frozen_credentials()`."""

    @property
    def access_key(self) -> str: ...
    @property
    def secret_key(self) -> str: ...
    @property
    def token(self) -> str | None: ...


class CredentialsSource:
    """
    Loads credentials, at most once per second, also if loading them fails.

    A *load* that may block runs in a daemon thread, once for all callers that wait for it. Each caller has its own
    deadline. There is no lock: a forked process could inherit it locked.
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
        """Returns the current credentials; refreshes them if they are about to expire."""
        self._clock = clock
        self._cached: tuple[float, Credentials] | None = None
        self._last_failure: tuple[float, Exception] | None = None
        self._single_flight: SingleFlight[Credentials] | None = None
        self._may_block = may_block
        """Returns True if a load may block now; `None` if a load never blocks."""
        if may_block is not None:
            # lazy import: loads `logging`, 3 ms that credentials from the environment do not need
            from dynamo_document_builder.transports.threads.daemon_pool import SingleFlight  # noqa: PLC0415

            self._single_flight = SingleFlight(self._load_once)

    def current(self) -> Credentials | None:
        """Return the credentials to sign with, or `None` if they must be loaded in a thread."""
        cached = self._cached
        if cached is not None and self._clock() < cached[0]:
            return cached[1]
        return None if self._may_block is not None and self._may_block() else self._load_now()

    @property
    def last(self) -> Credentials | None:
        """The credentials that were loaded last; `None` before the first load."""
        return None if self._cached is None else self._cached[1]

    def load_in_thread(self) -> Future[Credentials]:
        """Load the credentials in a thread. Call it only if `current` returned `None`."""
        assert self._single_flight is not None  # noqa: S101  without a blocking load, `current` never returns None
        return self._single_flight.start()

    def _load_once(self) -> Credentials:
        cached, failure = self._cached, self._last_failure  # another load may have just ended
        if cached is not None and self._clock() < cached[0]:
            return cached[1]
        if failure is not None and self._clock() < failure[0]:
            raise failure[1].with_traceback(None)  # otherwise the traceback grows each time
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
        """Remove credentials that DynamoDB refused as expired, so that the next request loads new ones."""
        cached = self._cached
        if cached is not None and cached[1] == refused:
            self._cached = None


def from_environment() -> Credentials | None:
    """Return the credentials in the environment variables, as in a Lambda function; `None` without them."""
    access_key, secret_key = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    if not (access_key and secret_key):
        return None
    token, account = os.environ.get("AWS_SESSION_TOKEN"), os.environ.get("AWS_ACCOUNT_ID")
    return Credentials(access_key, secret_key, token or None, account or None)


def default_credentials(*, by_botocore: bool) -> CredentialsSource:
    """Return a source of the credentials in the environment, or of those that botocore finds."""
    if by_botocore or from_environment() is None:
        return CredentialsSource(_BotocoreCredentials())
    return CredentialsSource(from_environment, may_block=None)


class _BotocoreCredentials:
    """Searches the providers of botocore when credentials are first needed. The metadata service can take seconds."""

    __slots__ = ("_session",)

    def __init__(self) -> None:
        self._session: Any = None

    def __call__(self) -> FrozenCredentials | None:
        if self._session is None:
            # lazy import: loads botocore, which credentials from the environment do not need
            from botocore.session import Session  # noqa: PLC0415

            self._session = Session()
        credentials = self._session.get_credentials()
        frozen: FrozenCredentials | None = None if credentials is None else credentials.get_frozen_credentials()
        return frozen


def credentials_source(credentials: Any) -> CredentialsSource:
    """Return a source for `credentials=`: fixed keys, credentials of botocore, or a function."""
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
        found.close()  # otherwise Python warns that the coroutine was never awaited
        return False
    names = ("access_key", "secret_key", "token")
    access_key, secret_key, token = (getattr(found, name, _MISSING) for name in names)
    return isinstance(access_key, str) and isinstance(secret_key, str) and (token is None or isinstance(token, str))


def are_fixed(credentials: object) -> bool:
    """Return True for botocore credentials that are never refreshed, without importing botocore."""
    kind = type(credentials)
    return (kind.__module__, kind.__qualname__) == ("botocore.credentials", "Credentials")

"""How one transport is configured: where to send, how patiently, and whose authorities to trust."""

from __future__ import annotations

import os
import platform
import re
import sys
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.transports.http.retries import STANDARD_ATTEMPTS, RetryMode

if TYPE_CHECKING:
    from collections.abc import Callable

USE_BOTOCORE: Final = "use BotocoreTransport(client), which goes through the client and honours it"
_PORTS: Final = {"http": 80, "https": 443}
_MAX_PORT: Final = 65535


class Endpoint(Struct, frozen=True):
    """A host that is spoken to."""

    host: str
    port: int
    tls: bool
    region: str | None = None
    """What requests to it are signed for, where that is not the region of the transport."""

    @property
    def header(self) -> str:
        """As it stands in the Host header, which has the port where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS["https" if self.tls else "http"] else f"{host}:{self.port}"


def endpoint_of(url: str) -> Endpoint:
    """Read an endpoint, as in `https://dynamodb.eu-north-1.amazonaws.com`."""
    usual = re.fullmatch(r"(https?)://([a-z0-9.-]+)(?::([1-9][0-9]{0,4}))?/?", url)
    if usual is not None and int(usual[3] or 0) <= _MAX_PORT:
        scheme, host, number = usual.groups()
        return Endpoint(host, int(number or _PORTS[scheme]), scheme == "https")
    from urllib.parse import urlsplit  # noqa: PLC0415  slow to load, as it also knows what is unusual

    parts = urlsplit(url)
    if parts.scheme in _PORTS and parts.hostname and (parts.path not in {"", "/"} or parts.query):
        raise DefinitionError(
            f"endpoint_url {url!r} has a path or a query, which HttpTransport does not send: write the scheme and the "
            f"host alone, or {USE_BOTOCORE}"
        )
    if parts.scheme not in _PORTS or not parts.hostname:
        raise DefinitionError(f"endpoint_url is 'https://host' or 'http://host:port', not {url!r}")
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError as error:
        raise DefinitionError(f"endpoint_url {url!r}: {error}") from error
    return Endpoint(parts.hostname, port, parts.scheme == "https")


class ConnectionSettings(Struct, frozen=True, kw_only=True):
    """How long to wait for what, how often to try, and how many connections to keep."""

    connect_timeout: float = 60.0
    read_timeout: float = 60.0
    """Between two reads of one answer, as in botocore."""
    retry_mode: RetryMode = "standard"
    max_attempts: int = STANDARD_ATTEMPTS
    pool_size: int = 10
    keep_alive: bool = False
    """Whether the kernel is to probe idle connections."""

    def __post_init__(self) -> None:
        for name in ("connect_timeout", "read_timeout"):
            seconds = getattr(self, name)
            if not (type(seconds) in {int, float} and 0 < seconds < float("inf")):
                raise DefinitionError(f"HttpTransport({name}=...): seconds, more than 0")
        for name in ("max_attempts", "pool_size"):
            count = getattr(self, name)
            if not (type(count) is int and count > 0):
                raise DefinitionError(f"HttpTransport({name}=...): a whole number, 1 or more")
        if self.retry_mode not in {"legacy", "standard"}:
            mode = self.retry_mode
            raise DefinitionError(
                f"retry_mode is 'legacy' or 'standard', not {mode!r}; for adaptive retries {USE_BOTOCORE}"
            )


class TransportOptions(Struct, frozen=True, kw_only=True):
    """What the caller of a transport has said; `None` leaves it to the environment."""

    region: str | None = None
    endpoint_url: str | None = None
    connect_timeout: float | None = None
    read_timeout: float | None = None
    max_attempts: int | None = None
    retry_mode: RetryMode | None = None
    pool_size: int = 10

    def __post_init__(self) -> None:
        ConnectionSettings(**self.settings)
        if self.region is not None:
            check_region(self.region)
        if self.endpoint_url is not None:
            endpoint_of(self.endpoint_url)

    @property
    def settings(self) -> dict[str, Any]:
        """Return what it says of times, attempts and connections."""
        names = ("connect_timeout", "read_timeout", "max_attempts", "retry_mode", "pool_size")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


class TransportConfig(Struct, frozen=True):
    """How a transport is configured, once all of it is known."""

    region: str
    settings: ConnectionSettings
    endpoint_for: Callable[[str | None], Endpoint]
    """Returns the endpoint of an account, or the one to use where the account is not known."""
    display_host: str | None
    """Where requests go, for people to read; `None` where the account of the keys decides."""
    user_agent: Callable[[], str]
    ca_bundle: str | Literal[False] | None = None
    """A file of authorities in place of those of the system, or `False` if every host is trusted."""


def check_region(region: str) -> str:
    """Refuse what cannot stand in the name of a host."""
    if not (region.isascii() and region.replace("-", "").isalnum()):
        raise DefinitionError(f"{region!r} is not a region; write it as in 'eu-north-1'")
    return region


def account_in(table: str, region: str) -> str | None:
    """Return the account of a table that is named by its ARN in this region, as the endpoint rules read it."""
    parts = table.split(":", 5)
    if parts[0] != "arn" or parts[2:4] != ["dynamodb", region] or not all(parts[1:]):
        return None
    return parts[4] if is_host_label(parts[4]) else None


def is_host_label(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,62}", text) is not None


def check_no_proxy(endpoint: Endpoint) -> None:
    """Refuse to go past a proxy that the environment asks for."""
    scheme = "https" if endpoint.tls else "http"
    names = (f"{scheme}_proxy", f"{scheme.upper()}_PROXY")
    if not any(os.environ.get(name) for name in names):
        return
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415  only where one is set

    if scheme in getproxies() and not proxy_bypass(endpoint.host):
        raise DefinitionError(
            f"the environment asks for a proxy to {endpoint.host}, which this transport does not know: set NO_PROXY, "
            f"or {USE_BOTOCORE}"
        )


def user_agent() -> str:
    """Say who asks, in the form that AWS reads."""
    system = platform.system().lower() or "unknown"
    version = ".".join(map(str, sys.version_info[:3]))
    return f"dynamo-document-builder/0.1 os/{system} lang/python#{version} md/direct"

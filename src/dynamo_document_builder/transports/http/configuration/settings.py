"""The settings of a direct transport: endpoint, time-outs, retries, and trusted certificates."""

from __future__ import annotations

import os
import platform
import re
import sys
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from dynamo_document_builder._version import __version__
from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.transports.http.retries import STANDARD_ATTEMPTS, RetryMode

if TYPE_CHECKING:
    from collections.abc import Callable

USE_BOTOCORE: Final = "use BotocoreTransport(client), which goes through the client and honours it"
_PORTS: Final = {"http": 80, "https": 443}
_MAX_PORT: Final = 65535


class Endpoint(Struct, frozen=True):
    """The host and port that requests are sent to."""

    host: str
    port: int
    tls: bool
    region: str | None = None
    """The region in signatures, if it differs from the region of the transport."""

    @property
    def header(self) -> str:
        """The value of the Host header. It has the port unless that is the default port of the scheme."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS["https" if self.tls else "http"] else f"{host}:{self.port}"


def endpoint_of(url: str) -> Endpoint:
    """Parse the URL of an endpoint, such as `https://dynamodb.eu-north-1.amazonaws.com`."""
    usual = re.fullmatch(r"(https?)://([a-z0-9.-]+)(?::([1-9][0-9]{0,4}))?/?", url)
    if usual is not None and int(usual[3] or 0) <= _MAX_PORT:
        scheme, host, number = usual.groups()
        return Endpoint(host, int(number or _PORTS[scheme]), scheme == "https")
    from urllib.parse import urlsplit  # noqa: PLC0415  lazy import: only URLs that the pattern does not match need it

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
    """Time-outs, retries and the number of connections."""

    connect_timeout: float = 60.0
    read_timeout: float = 60.0
    """Seconds between two reads of one answer, as in botocore."""
    retry_mode: RetryMode = "standard"
    max_attempts: int = STANDARD_ATTEMPTS
    pool_size: int = 10
    keep_alive: bool = False
    """True if the kernel sends TCP keep-alive probes on idle connections."""

    def __post_init__(self) -> None:
        for name in ("connect_timeout", "read_timeout"):
            seconds = getattr(self, name)
            if not (type(seconds) in {int, float} and 0 < seconds < float("inf")):
                raise DefinitionError(f"HttpTransport({name}=...): must be a number of seconds greater than 0")
        for name in ("max_attempts", "pool_size"):
            count = getattr(self, name)
            if not (type(count) is int and count > 0):
                raise DefinitionError(f"HttpTransport({name}=...): must be a whole number, 1 or more")
        if self.retry_mode not in {"legacy", "standard"}:
            mode = self.retry_mode
            raise DefinitionError(
                f"retry_mode is 'legacy' or 'standard', not {mode!r}; for adaptive retries {USE_BOTOCORE}"
            )


class TransportOptions(Struct, frozen=True, kw_only=True):
    """The options that the caller passed; `None` means that the environment decides."""

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
        """The options of `ConnectionSettings` that the caller passed."""
        names = ("connect_timeout", "read_timeout", "max_attempts", "retry_mode", "pool_size")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


class TransportConfig(Struct, frozen=True):
    """The complete configuration of a transport."""

    region: str
    settings: ConnectionSettings
    endpoint_for: Callable[[str | None], Endpoint]
    """Returns the endpoint for an account, or for an unknown account if it gets `None`."""
    display_host: str | None
    """The host, for texts; `None` if it depends on the account of the credentials."""
    user_agent: Callable[[], str]
    ca_bundle: str | Literal[False] | None = None
    """A file of trusted certificates that replaces those of the system; `False` to trust every host."""


def check_region(region: str) -> str:
    """Raise a `DefinitionError` for a region that cannot be part of a host name."""
    if not (region.isascii() and region.replace("-", "").isalnum()):
        raise DefinitionError(f"{region!r} is not a region; write it as in 'eu-north-1'")
    return region


def account_in(table: str, region: str) -> str | None:
    """Return the account in the ARN of a table in this region, by the endpoint rules of AWS; `None` without one."""
    parts = table.split(":", 5)
    if parts[0] != "arn" or parts[2:4] != ["dynamodb", region] or not all(parts[1:]):
        return None
    return parts[4] if is_host_label(parts[4]) else None


def is_host_label(text: str) -> bool:
    """Return True for a text that can be one part of a host name."""
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,62}", text) is not None


def check_no_proxy(endpoint: Endpoint) -> None:
    """Raise a `DefinitionError` if the environment sets a proxy for the endpoint."""
    scheme = "https" if endpoint.tls else "http"
    names = (f"{scheme}_proxy", f"{scheme.upper()}_PROXY")
    if not any(os.environ.get(name) for name in names):
        return
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415  lazy import: only needed if a proxy is set

    if scheme in getproxies() and not proxy_bypass(endpoint.host):
        raise DefinitionError(
            f"the environment asks for a proxy to {endpoint.host}, which this transport does not support: set "
            f"NO_PROXY, or {USE_BOTOCORE}"
        )


def user_agent() -> str:
    """Return the User-Agent header, in the format of the AWS SDKs."""
    system = platform.system().lower() or "unknown"
    version = ".".join(map(str, sys.version_info[:3]))
    return f"dynamo-document-builder/{__version__} os/{system} lang/python#{version} md/direct"

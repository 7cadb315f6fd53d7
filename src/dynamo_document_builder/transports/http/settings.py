"""Where to send, and how patiently: given, or read from the environment as the SDKs read it."""

from __future__ import annotations

import os
import platform
import re
import sys
from typing import Any, Final, cast

from msgspec import Struct

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.transports.http.retries import LEGACY_ATTEMPTS, STANDARD_ATTEMPTS, RetryMode

INSTEAD: Final = "use BotocoreTransport(client), which goes through the client and honours it"
_PORTS: Final = {"http": 80, "https": 443}
_MAX_PORT: Final = 65535


class Endpoint(Struct, frozen=True):
    """A host that is spoken to."""

    host: str
    port: int
    tls: bool

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
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in {"", "/"} or parts.query:
        raise DefinitionError(f"endpoint_url is 'https://host' or 'http://host:port', not {url!r}")
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError as error:
        raise DefinitionError(f"endpoint_url {url!r}: {error}") from error
    return Endpoint(parts.hostname, port, parts.scheme == "https")


class Patience(Struct, frozen=True, kw_only=True):
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
            raise DefinitionError(f"retry_mode is 'legacy' or 'standard', not {mode!r}; for adaptive retries {INSTEAD}")


def found_region(given: str | None) -> str:
    """Return the region that is given, or that of the environment or of the AWS configuration file."""
    region = given or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or _configured("region")
    if not region:
        raise DefinitionError("no region is known: give region=, or set AWS_REGION")
    if not (region.isascii() and region.replace("-", "").isalnum()):
        raise DefinitionError(f"{region!r} is no region; one is written as in 'eu-north-1'")
    return region


def found_endpoint(given: str | None, region: str) -> Endpoint:
    """Return the endpoint that is given, that of the environment, or the usual one of the region."""
    url = given or _endpoint_in_environment()
    if url is not None:
        return endpoint_of(url)
    for name in ("AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"):
        if os.environ.get(name, "").lower() == "true":
            raise DefinitionError(f"{name} is set: give endpoint_url=, or HttpTransport.from_client(client)")
    if region.startswith(("us-iso", "eu-iso")):
        raise DefinitionError(f"the endpoint of {region!r} is not known: give endpoint_url=")
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return Endpoint(f"dynamodb.{region}.{suffix}", _PORTS["https"], tls=True)


def _endpoint_in_environment() -> str | None:
    if os.environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return None
    return os.environ.get("AWS_ENDPOINT_URL_DYNAMODB") or os.environ.get("AWS_ENDPOINT_URL") or None


def patience_in_environment(**given: Any) -> Patience:
    """Return what is given, with the environment's retries where nothing is said of them."""
    mode = given.pop("retry_mode", None) or os.environ.get("AWS_RETRY_MODE") or "standard"
    attempts = given.pop("max_attempts", None)
    if attempts is None and "AWS_MAX_ATTEMPTS" in os.environ:
        attempts = _whole("AWS_MAX_ATTEMPTS", os.environ["AWS_MAX_ATTEMPTS"])
    if attempts is None:
        attempts = STANDARD_ATTEMPTS if mode == "standard" else LEGACY_ATTEMPTS
    return Patience(retry_mode=cast("RetryMode", mode), max_attempts=attempts, **given)


def _whole(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise DefinitionError(f"{name} is {text!r}: a whole number, 1 or more") from error


def _configured(name: str) -> str | None:
    from botocore.session import Session  # noqa: PLC0415  the environment does not say, so botocore looks it up

    session: Any = Session()
    value: str | None = session.get_config_variable(name)
    return value


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
            f"or {INSTEAD}"
        )


def user_agent() -> str:
    """Say who asks, in the form that AWS reads."""
    system = platform.system().lower() or "unknown"
    version = ".".join(map(str, sys.version_info[:3]))
    return f"dynamo-document-builder/0.1 os/{system} lang/python#{version} md/direct"

"""Everything a transport knows before its first connection, from a client or from the environment."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.transports.http.clock import Clock
from dynamo_document_builder.transports.http.credentials import CredentialsSource, found_credentials, source_of
from dynamo_document_builder.transports.http.exchange import Sender
from dynamo_document_builder.transports.http.heads import Heads
from dynamo_document_builder.transports.http.retries import LEGACY_ATTEMPTS, STANDARD_ATTEMPTS, Retries
from dynamo_document_builder.transports.http.settings import (
    INSTEAD,
    Endpoint,
    Patience,
    check_no_proxy,
    endpoint_of,
    found_endpoint,
    found_region,
    patience_in_environment,
    user_agent,
)
from dynamo_document_builder.transports.http.signing import Signer

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from dynamo_document_builder.transports.http.exchange import Begun
    from dynamo_document_builder.transports.http.trust import Trust
    from dynamo_document_builder.transports.sdk.hooks import Hooks
    from dynamo_document_builder.wire.request import Request


class Wiring(Struct, eq=False, dict=True):
    """Where and how one transport sends."""

    region: str
    patience: Patience
    find_endpoint: Callable[[], Endpoint]
    find_agent: Callable[[], str]
    credentials: CredentialsSource
    ssl_context: ssl.SSLContext | None = None
    ca_bundle: str | None = None
    hooks: Hooks | None = None
    clock: Clock = field(default_factory=Clock)

    @cached_property
    def endpoint(self) -> Endpoint:
        endpoint = self.find_endpoint()
        check_no_proxy(endpoint)
        return endpoint

    @cached_property
    def trust(self) -> Trust | None:
        """Which authorities vouch for the endpoint, where it has TLS."""
        if not self.endpoint.tls:
            return None
        from dynamo_document_builder.transports.http.trust import Trust  # noqa: PLC0415  ssl takes a while to load

        return Trust(self.ssl_context, self.ca_bundle)

    @cached_property
    def sender(self) -> Sender:
        patience = self.patience
        heads = Heads(Signer(self.endpoint.header, self.region), self.find_agent(), patience.max_attempts)
        return Sender(heads, self.credentials, Retries(patience.retry_mode, patience.max_attempts), self.clock)

    def begin(self, request: Request) -> Begun | None:
        """Let the client's handlers see a request, where there is a client."""
        return None if self.hooks is None else self.hooks.before_call(request)


def stand_alone(
    region: str | None, endpoint_url: str | None, credentials: Any, ssl_context: ssl.SSLContext | None, **patience: Any
) -> Wiring:
    """Return what is given, and what the environment says of the rest."""
    found = found_region(region)
    endpoint = found_endpoint(endpoint_url, found)
    return Wiring(
        found,
        patience_in_environment(**patience),
        lambda: endpoint,
        user_agent,
        found_credentials() if credentials is None else source_of(credentials),
        ssl_context,
    )


def of_client(client: Any, ssl_context: ssl.SSLContext | None) -> Wiring:
    """Return how a boto3 client is configured, or refuse what cannot be done without it."""
    from dynamo_document_builder.transports.sdk.hooks import Hooks, check_is_client  # noqa: PLC0415  they need an SDK

    check_is_client(client)
    config = client.meta.config
    _check_config(config)
    hooks = Hooks(client)
    return Wiring(
        client.meta.region_name,
        _patience_of(config),
        lambda: endpoint_of(hooks.probe.url),
        hooks.user_agent,
        CredentialsSource(hooks.credentials),
        ssl_context,
        hooks=hooks,
    )


def _check_config(config: Any) -> None:
    mode = _retries_of(config).get("mode", "legacy")
    findings = {
        "proxies": bool(config.proxies),
        "client_cert": bool(config.client_cert),
        f"retries in mode {mode!r}": mode not in {"legacy", "standard"},
        f"signature_version {config.signature_version!r}": config.signature_version not in {None, "v4"},
    }
    for name, found in findings.items():
        if found:
            raise DefinitionError(f"the client is configured with {name}, which HttpTransport does not know: {INSTEAD}")


def _retries_of(config: Any) -> dict[str, Any]:
    retries: dict[str, Any] | None = config.retries
    return retries or {}


def _patience_of(config: Any) -> Patience:
    retries = _retries_of(config)
    mode = retries.get("mode", "legacy")
    usual = STANDARD_ATTEMPTS if mode == "standard" else LEGACY_ATTEMPTS
    return Patience(
        connect_timeout=config.connect_timeout,
        read_timeout=config.read_timeout,
        retry_mode=mode,
        max_attempts=retries.get("total_max_attempts", usual),
        pool_size=config.max_pool_connections,
        keep_alive=bool(config.tcp_keepalive),
    )

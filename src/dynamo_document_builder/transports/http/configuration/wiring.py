"""Assembles a direct transport from its configuration: credentials, routes, retry rules and certificates."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.transports.http.configuration.credentials import (
    CredentialsSource,
    credentials_source,
    default_credentials,
)
from dynamo_document_builder.transports.http.configuration.environment import config_from_environment
from dynamo_document_builder.transports.http.configuration.settings import (
    Endpoint,
    TransportConfig,
    TransportOptions,
    account_in,
    check_no_proxy,
    endpoint_of,
)
from dynamo_document_builder.transports.http.exchange import SendContext
from dynamo_document_builder.transports.http.request_writer import RequestWriter
from dynamo_document_builder.transports.http.retries import RetryRules
from dynamo_document_builder.transports.http.signing import Clock, Signer

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from dynamo_document_builder.transports.http.configuration.credentials import Credentials
    from dynamo_document_builder.transports.http.configuration.trust_store import TrustStore
    from dynamo_document_builder.transports.http.exchange import HookedRequest
    from dynamo_document_builder.transports.sdk.hooks import Hooks
    from dynamo_document_builder.wire.request import Request


class Route(Struct, frozen=True, eq=False):
    """The endpoint for the requests of one account, and the writer of those requests."""

    endpoint: Endpoint
    writer: RequestWriter
    trust: TrustStore | None
    """The trusted certificates; `None` if the endpoint does not use TLS."""


class Wiring(Struct, eq=False, dict=True):
    """The parts of a direct transport that do not depend on whether it blocks."""

    config_source: TransportConfig | Callable[[], TransportConfig]
    """The configuration, or a function that loads it, which may block."""
    host: str | None
    """The host, for texts; `None` if it is not known before the first request."""
    region: str | None
    credentials: CredentialsSource
    ssl_context: ssl.SSLContext | None = None
    hooks: Hooks | None = None
    clock: Clock = field(default_factory=Clock)
    _routes: dict[str | None, Route] = field(default_factory=dict[str | None, Route])

    @property
    def summary(self) -> str:
        """The host and region, for the `repr` of a transport. This loads nothing."""
        keys = self.credentials.last
        route = None if keys is None else self._routes.get(keys.account_id)
        host, region = self.host if route is None else route.endpoint.header, self.region
        if self.is_loaded:
            host, region = host or self.config.display_host, self.config.region
        return f"region={region!r}" if host is None else f"{host!r}, region={region!r}"

    @property
    def is_loaded(self) -> bool:
        return "config" in self.__dict__ or isinstance(self.config_source, TransportConfig)

    @cached_property
    def config(self) -> TransportConfig:
        return self.config_source if isinstance(self.config_source, TransportConfig) else self.config_source()

    @cached_property
    def trust(self) -> TrustStore:
        # lazy import: loads ssl, which an endpoint without TLS does not need
        from dynamo_document_builder.transports.http.configuration.trust_store import TrustStore  # noqa: PLC0415

        bundle = self.config.ca_bundle
        if bundle is False and self.ssl_context is None:
            raise DefinitionError(
                "the client has verify=False, which HttpTransport does not support: give ssl_context= a context "
                "that trusts every host, or the certificate authority of this host"
            )
        return TrustStore(self.ssl_context, bundle or None)

    @cached_property
    def send_context(self) -> SendContext:
        settings = self.config.settings
        return SendContext(self.credentials, RetryRules(settings.retry_mode, settings.max_attempts), self.clock)

    def known_route(self, request: Request, keys: Credentials) -> Route | None:
        """Return the route of a request, or `None` if no earlier request had the same route."""
        tables = request.tables
        if tables and tables[0].startswith("arn:"):
            return self._routes.get(self._account(request, keys))
        return self._routes.get(keys.account_id)

    def route(self, request: Request, keys: Credentials) -> Route:
        """Return the route of a request, which depends on the account of its first table, as in botocore."""
        account = self._account(request, keys)
        endpoint = self.config.endpoint_for(account)
        check_no_proxy(endpoint)
        config = self.config
        writer = RequestWriter(
            Signer(endpoint.header, endpoint.region or config.region), config.user_agent(), config.settings.max_attempts
        )
        return self._routes.setdefault(account, Route(endpoint, writer, self.trust if endpoint.tls else None))

    def _account(self, request: Request, keys: Credentials) -> str | None:
        tables = request.tables
        if tables and tables[0].startswith("arn:"):
            return account_in(tables[0], self.config.region) or keys.account_id
        return keys.account_id

    def call_hooks(self, request: Request) -> HookedRequest | None:
        """Call the `before-call` handlers of the client; return `None` if there is no client or no handler."""
        return None if self.hooks is None else self.hooks.before_call(request)


def wiring_from_options(options: TransportOptions, credentials: Any, ssl_context: ssl.SSLContext | None) -> Wiring:
    """Return the parts of a transport for these options; the environment and the files of AWS complete them."""
    config = config_from_environment(options)
    source = default_credentials(by_botocore=config is None) if credentials is None else credentials_source(credentials)
    if config is None:
        url = options.endpoint_url
        host = None if url is None else endpoint_of(url).header
        return Wiring(lambda: _config_from_session(options), host, options.region, source, ssl_context)
    return Wiring(config, _host(config, source.current()), config.region, source, ssl_context)


def _host(config: TransportConfig, keys: Credentials | None) -> str | None:
    try:
        return config.display_host if keys is None else config.endpoint_for(keys.account_id).header
    except DefinitionError:  # the first request raises it, if its account has no endpoint
        return config.display_host


def _config_from_session(options: TransportOptions) -> TransportConfig:
    # lazy import: loads botocore, which only some configurations need
    from dynamo_document_builder.transports.sdk.configuration import config_from_session  # noqa: PLC0415

    return config_from_session(options)


def wiring_from_client(client: Any, ssl_context: ssl.SSLContext | None) -> Wiring:
    """Return the parts of a transport with the configuration of a boto3 client."""
    # lazy imports: they load botocore, which only a transport of a client needs
    from dynamo_document_builder.transports.sdk.configuration import config_from_client  # noqa: PLC0415
    from dynamo_document_builder.transports.sdk.hooks import Hooks  # noqa: PLC0415
    from dynamo_document_builder.transports.sdk.probe import check_is_client  # noqa: PLC0415

    check_is_client(client)
    hooks = Hooks(client)
    config = config_from_client(hooks)
    source = CredentialsSource(hooks.credentials, may_block=hooks.may_refresh)
    return Wiring(config, config.display_host, config.region, source, ssl_context, hooks)

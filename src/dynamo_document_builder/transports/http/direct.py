"""The constructor and its options, which `HttpTransport` and `AsyncHttpTransport` share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.transports.http.configuration.settings import TransportOptions
from dynamo_document_builder.transports.http.configuration.wiring import (
    Wiring,
    wiring_from_client,
    wiring_from_options,
)

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from dynamo_document_builder.transports.http.retries import RetryMode


class DirectTransport:
    """The base class of the direct transports: it knows how they are configured, and opens no connection."""

    __slots__ = ("__weakref__", "_wiring")

    def __init__(
        self,
        *,
        region: str | None = None,
        endpoint_url: str | None = None,
        credentials: Any = None,
        connect_timeout: float | None = None,
        read_timeout: float | None = None,
        max_attempts: int | None = None,
        retry_mode: RetryMode | None = None,
        pool_size: int = 10,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        """
        Configure the transport from the arguments. For missing ones, it reads the environment and the files of AWS.

        Args:
            region: The AWS Region, such as `eu-north-1`.
            endpoint_url: The URL to send to, without a path. Default: the endpoint of the Region.
            credentials: Credentials of botocore, any object with `access_key`, `secret_key` and `token`, or a function
                that returns such an object. The function runs in a thread, at most once per second.
            connect_timeout: Seconds to open a connection. Default: 60.
            read_timeout: Seconds to wait for the next bytes of an answer. Default: 60. To limit a whole command, use
                the `timeout=` of the command.
            max_attempts: The number of attempts, including the first one. Default: 4, or 10 in legacy mode.
            retry_mode: "standard" (the default) or "legacy", with the rules of botocore.
            pool_size: The number of idle connections to keep; for `AsyncHttpTransport`, of connections in use at once.
            ssl_context: The TLS context to use. Default: one that verifies hosts with the certificates of the system.

        """
        self._wire(
            lambda: wiring_from_options(
                TransportOptions(
                    region=region,
                    endpoint_url=endpoint_url,
                    connect_timeout=connect_timeout,
                    read_timeout=read_timeout,
                    max_attempts=max_attempts,
                    retry_mode=retry_mode,
                    pool_size=pool_size,
                ),
                credentials,
                ssl_context,
            )
        )

    @classmethod
    def from_client(cls, client: Any, *, ssl_context: ssl.SSLContext | None = None) -> Self:
        """
        Return a transport with the configuration of a boto3 client.

        Args:
            client: A DynamoDB client of boto3. The transport refreshes credentials through it, and calls its event
                handlers.
            ssl_context: Replaces the `verify` option of the client.

        Raises:
            DefinitionError: The client has a configuration that the transport does not support.

        """
        return cls._from_wiring(lambda: wiring_from_client(client, ssl_context))

    @classmethod
    def _from_wiring(cls, make_wiring: Callable[[], Wiring]) -> Self:
        transport = cls.__new__(cls)
        transport._wire(make_wiring)  # noqa: SLF001  an instance of this class
        return transport

    def _wire(self, make_wiring: Callable[[], Wiring]) -> None:
        """Set the attributes. Transports override it, to check first that the extra `direct` is installed."""
        self._wiring = make_wiring()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._wiring.summary})"

    def __reduce__(self) -> Any:
        raise UsageError(f"an {type(self).__name__} has connections, and cannot be pickled: make one in each process")

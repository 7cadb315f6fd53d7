"""Learns the URL, region, user agent and signer of a boto3 client from a call that is intercepted before it is sent."""

from __future__ import annotations

from inspect import getattr_static
from io import BytesIO
from threading import get_ident
from types import FunctionType
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import EndpointProviderError, InvalidEndpointConfigurationError
from msgspec import Struct

from dynamo_document_builder.errors import DefinitionError, UsageError
from dynamo_document_builder.errors.texts import given_type


class Probe(Struct, frozen=True):
    """The URL, region, user agent and signer of a client."""

    url: str
    region: str
    """The region in signatures; it differs from the region of the client if that is `local`."""
    user_agent: str
    signer: Any


def probe_client(client: Any, account: str | None = None) -> Probe:
    """Return the data of an intercepted call; with an *account*, of a call about a table of that account."""
    if account is None:
        return _intercepted_call(client, "DescribeLimits", client.describe_limits)
    arn = f"arn:{client.meta.partition}:dynamodb:{client.meta.region_name}:{account}:table/any"
    return _intercepted_call(client, "DescribeTable", lambda: client.describe_table(TableName=arn))


def _intercepted_call(client: Any, operation: str, call: Any) -> Probe:
    found: list[Probe] = []
    thread = get_ident()

    def caught(params: Any, request_signer: Any, context: Any = None, **_: Any) -> Any:
        if get_ident() != thread:  # a call of the same operation in another thread
            return None
        signing: Any = {} if context is None else context.get("signing", {})
        region: str = signing.get("region") or client.meta.region_name
        found.append(Probe(params["url"], region, params["headers"].get("User-Agent", ""), request_signer))
        # Handlers of `after-call` see this answer, so it has the metadata of a real one.
        metadata = {"RequestId": None, "HTTPStatusCode": 200, "HTTPHeaders": dict[str, str](), "RetryAttempts": 0}
        return AWSResponse(params["url"], 200, dict[str, str](), BytesIO()), {"ResponseMetadata": metadata}

    name, handler_id = f"before-call.dynamodb.{operation}", f"dynamo-document-builder.probe.{thread}"
    client.meta.events.register_last(name, caught, unique_id=handler_id)
    try:
        call()
    except (EndpointProviderError, InvalidEndpointConfigurationError) as error:
        raise DefinitionError(f"botocore knows no endpoint as it is configured: {error}") from error
    finally:
        client.meta.events.unregister(name, caught, unique_id=handler_id)
    if not found:
        raise UsageError(
            "the client's handlers answer every call: HttpTransport cannot learn where to send, "
            "use BotocoreTransport(client)"
        )
    return found[0]


def check_is_client(client: object) -> None:
    """
    Raise a `DefinitionError` unless *client* is a DynamoDB client of boto3 that is not traced.

    OpenTelemetry and X-Ray wrap the method through which every call of a client goes. A direct transport does not call
    that method, so its requests would be missing in the traces.
    """
    service = getattr(getattr(getattr(client, "meta", None), "service_model", None), "service_name", None)
    if service != "dynamodb":
        raise DefinitionError(f"a client is what boto3.client('dynamodb') returns, not {given_type(client)}")
    method = getattr_static(type(client), "_make_api_call", None)
    if not isinstance(method, FunctionType) or method.__module__ != "botocore.client":
        raise DefinitionError(
            "calls of this client are traced, which HttpTransport would go past: use BotocoreTransport(client)"
        )

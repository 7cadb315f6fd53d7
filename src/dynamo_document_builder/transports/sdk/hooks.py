"""
Calls the event handlers of a boto3 client as botocore does, so that moto, Stubber and added headers keep working.

https://docs.aws.amazon.com/boto3/latest/guide/events.html
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import HeadersDict
from msgspec.structs import replace

from dynamo_document_builder._version import __version__
from dynamo_document_builder.transports.http.answers import Answer
from dynamo_document_builder.transports.http.configuration.credentials import Credentials, are_fixed
from dynamo_document_builder.transports.http.configuration.settings import Endpoint, endpoint_of
from dynamo_document_builder.transports.http.exchange import HookedRequest
from dynamo_document_builder.transports.http.request_writer import check_header
from dynamo_document_builder.transports.http.signing import CONTENT_TYPE, TARGET
from dynamo_document_builder.transports.sdk.answers import to_body
from dynamo_document_builder.transports.sdk.listeners import Listeners
from dynamo_document_builder.transports.sdk.probe import Probe, probe_client
from dynamo_document_builder.wire.request import Request

if TYPE_CHECKING:
    from dynamo_document_builder.errors.findings import Fault

    # botocore ships no types, and nothing can be derived from a class that has none.
    AWSPreparedRequest = object
else:
    from botocore.awsrequest import AWSPreparedRequest


class Hooks:
    """The event handlers and credentials of one client."""

    __slots__ = ("_listeners", "_models", "_probed", "client")

    def __init__(self, client: Any) -> None:
        self.client = client
        self._listeners = Listeners(client)
        self._probed: Probe | None = None
        self._models: dict[str, Any] = {}

    @property
    def probe(self) -> Probe:
        """The URL, region, user agent and signer of the client, learned once."""
        if self._probed is None:
            self._probed = probe_client(self.client)
        return self._probed

    def endpoint_for(self, account: str | None) -> Endpoint:
        """Return the endpoint of the client, or the one for a table of another account."""
        probe = self.probe if account is None else probe_client(self.client, account)
        return replace(endpoint_of(probe.url), region=probe.region)

    def user_agent(self) -> str:
        """Return the User-Agent header of the client, followed by the name of this library."""
        return f"{self.probe.user_agent} md/dynamo-document-builder#{__version__}".strip()

    def credentials(self) -> Credentials | None:
        """Return the current credentials of the client; the client refreshes them if they are about to expire."""
        probe, region = self.probe, self.client.meta.region_name
        found = probe.signer.get_auth_instance("dynamodb", region, "v4").credentials
        return None if found is None else Credentials(found.access_key, found.secret_key, found.token)

    def may_refresh(self) -> bool:
        """Return True if `credentials` may block."""
        return self._probed is None or not are_fixed(getattr(self._probed.signer, "_credentials", None))

    def before_call(self, request: Request) -> HookedRequest | None:
        """Call the handlers of `before-call`, which can change or answer the request; `None` if there are none."""
        operation = request.operation
        if self._listeners.is_unobserved(operation):
            return None
        given = {"X-Amz-Target": f"{TARGET}.{operation}", "Content-Type": CONTENT_TYPE}
        params: dict[str, Any] = {
            "url_path": "/",
            "query_string": "",
            "method": "POST",
            "headers": dict(given),
            "body": request.body,
            "url": self.client.meta.endpoint_url,
            "context": {"client_region": self.client.meta.region_name, "has_streaming_input": False},
        }
        answered = self.client.meta.events.emit_until_response(
            f"before-call.dynamodb.{operation}",
            model=self._model(operation),
            request_signer=None,
            params=params,
            context=params["context"],
        )[1]
        headers = {name: str(value) for name, value in params["headers"].items() if given.get(name) != value}
        for name, value in headers.items():
            check_header(name, value)
        body: bytes = params["body"]
        changed = request if body is request.body else Request(operation, _bytes(body), request.tables)
        return HookedRequest(
            self, changed, headers, params["context"], None if answered is None else _of_stub(answered)
        )

    def before_send(self, hooked: HookedRequest, data: bytes) -> Answer | None:
        """Call the handlers of `before-send`; return the answer if one of them gives one."""
        event = f"before-send.dynamodb.{hooked.request.operation}"
        response = self.client.meta.events.emit_until_response(event, request=_Prepared(self, data))[1]
        return None if response is None else _of_response(response)

    def after_call(self, hooked: HookedRequest, answer: Answer, attempts: int, fault: Fault | None) -> None:
        """Call the handlers of `after-call` with the final answer, once for each call as in botocore."""
        operation = hooked.request.operation
        self.client.meta.events.emit(
            f"after-call.dynamodb.{operation}",
            http_response=_Seen(answer),
            parsed=_parsed(answer, attempts, fault),
            model=self._model(operation),
            context=hooked.context,
        )

    @property
    def url(self) -> str:
        """The URL of requests, with the slash at the end that moto expects."""
        return f"{self.probe.url.rstrip('/')}/"

    def _model(self, operation: str) -> Any:
        model = self._models.get(operation)
        if model is None:
            model = self._models[operation] = self.client.meta.service_model.operation_model(operation)
        return model


class _Seen:
    """An HTTP answer with the attributes that botocore shows to handlers."""

    __slots__ = ("_answer",)

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    @property
    def status_code(self) -> int:
        return self._answer.status

    @property
    def headers(self) -> HeadersDict:
        return HeadersDict(self._answer.headers)

    @property
    def content(self) -> bytes:
        return self._answer.body

    @property
    def text(self) -> str:
        return self._answer.body.decode()


class _Prepared(AWSPreparedRequest):
    """The prepared request that botocore shows to handlers. Its parts are computed when a handler reads them."""

    def __init__(self, hooks: Hooks, data: bytes) -> None:
        self._hooks = hooks
        self._data = data
        self.method = "POST"
        self.stream_output = False

    @property
    def url(self) -> str:
        return self._hooks.url

    @property
    def body(self) -> bytes:
        return self._data.partition(b"\r\n\r\n")[2]

    @cached_property
    def headers(self) -> HeadersDict:
        lines = self._data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        return HeadersDict(dict(line.split(": ", 1) for line in lines))


def _parsed(answer: Answer, attempts: int, fault: Fault | None) -> dict[str, Any]:
    metadata = {
        "RequestId": answer.request_id,
        "HTTPStatusCode": answer.status,
        "HTTPHeaders": answer.headers,
        "RetryAttempts": attempts - 1,
    }
    if fault is None:
        return {"ResponseMetadata": metadata}
    return {"Error": {"Code": fault.code, "Message": fault.message}, "ResponseMetadata": metadata}


def _bytes(body: Any) -> bytes:
    return body if isinstance(body, bytes) else str(body).encode()


def _of_stub(answered: Any) -> Answer:
    response, parsed = answered
    refused = parsed.get("Error")
    body = parsed if refused is None else {"__type": refused.get("Code"), "message": refused.get("Message"), **parsed}
    return Answer(response.status_code, {}, to_body(body))


def _of_response(response: Any) -> Answer:
    headers = {name.lower(): str(value).encode("latin-1", "replace") for name, value in response.headers.items()}
    return Answer(response.status_code, headers, response.content)

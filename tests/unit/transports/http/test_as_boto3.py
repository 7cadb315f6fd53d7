"""The direct transport in an environment against a boto3 client in the same: where both send, as whom, how often."""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES
from botocore.exceptions import BotoCoreError
from botocore.loaders import Loader

from dynamo_document_builder import DefinitionError, HttpTransport, NoAnswerError
from dynamo_document_builder.transports.http.configuration.environment import BOTOCORE_VARIABLES
from dynamo_document_builder.transports.http.exchange import AttemptLostError
from dynamo_document_builder.wire.request import Request
from tests.unit.transports.of_botocore import retries_as_now

if TYPE_CHECKING:
    from pathlib import Path

    from dynamo_document_builder.transports.http.answers import Answer

pytestmark = retries_as_now

KEYS = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "secret"}
HERE = {**KEYS, "AWS_DEFAULT_REGION": "eu-north-1"}
THERE = "arn:aws:dynamodb:eu-north-1:222222222222:table/people"
ELSEWHERE = "arn:aws:dynamodb:eu-west-1:222222222222:table/people"


@dataclass(frozen=True)
class World:
    """What boto3 looks at: the environment, and the two files of AWS."""

    environment: dict[str, str] = field(default_factory=dict[str, str])
    config: str | None = None
    credentials: str | None = None

    def enter(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        for name in list(os.environ):
            if name.startswith(("AWS_", "BOTO")) or name == "REQUESTS_CA_BUNDLE":
                patch.delenv(name)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("HOME", str(folder))
        (folder / ".aws").mkdir()
        for name, text in (("config", self.config), ("credentials", self.credentials)):
            if text is not None:
                (folder / ".aws" / name).write_text(text.replace("FOLDER", str(folder)))
        for name, text in self.environment.items():
            patch.setenv(name, text.replace("FOLDER", str(folder)))


def profile(name: str = "default", **settings: str) -> str:
    """Write a section of a configuration file."""
    lines = "".join(f"{setting} = {value}\n" for setting, value in settings.items())
    return f"[{'default' if name == 'default' else f'profile {name}'}]\n{lines}"


SERVICES = "\n[services local]\ndynamodb =\n  endpoint_url = http://localhost:4566\n"
WORLDS: dict[str, World] = {
    "environment": World(HERE),
    "a token": World({**HERE, "AWS_SESSION_TOKEN": "token"}),
    "the old name of a token": World({**HERE, "AWS_SECURITY_TOKEN": "old", "AWS_SESSION_TOKEN": "new"}),
    "both names of the region": World({**HERE, "AWS_REGION": "eu-west-3"}),
    "a region beside that of the file": World({**KEYS, "AWS_REGION": "eu-west-3"}, profile(region="eu-west-1")),
    "endpoint": World({**HERE, "AWS_ENDPOINT_URL": "http://localhost:8000"}),
    "endpoint of the service": World(
        {**HERE, "AWS_ENDPOINT_URL": "http://localhost:1", "AWS_ENDPOINT_URL_DYNAMODB": "http://localhost:8000"}
    ),
    "endpoint to ignore": World(
        {**HERE, "AWS_ENDPOINT_URL": "http://localhost:1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True"}
    ),
    "attempts": World({**HERE, "AWS_MAX_ATTEMPTS": "7"}),
    "one attempt": World({**HERE, "AWS_MAX_ATTEMPTS": "1"}),
    "no number of attempts": World({**HERE, "AWS_MAX_ATTEMPTS": "many"}),
    "no number of attempts, file": World({**HERE, "AWS_MAX_ATTEMPTS": "many"}, ""),
    "legacy retries": World({**HERE, "AWS_RETRY_MODE": "legacy"}),
    "legacy retries, attempts": World({**HERE, "AWS_RETRY_MODE": "legacy", "AWS_MAX_ATTEMPTS": "3"}),
    "adaptive retries": World({**HERE, "AWS_RETRY_MODE": "adaptive"}),
    "unknown retries": World({**HERE, "AWS_RETRY_MODE": "eager"}),
    "account": World({**HERE, "AWS_ACCOUNT_ID": "111111111111"}),
    "account, disabled": World({**HERE, "AWS_ACCOUNT_ID": "111111111111", "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled"}),
    "account, required": World({**HERE, "AWS_ACCOUNT_ID": "111111111111", "AWS_ACCOUNT_ID_ENDPOINT_MODE": "Required"}),
    "no account, required": World({**HERE, "AWS_ACCOUNT_ID_ENDPOINT_MODE": "required"}),
    "no account, unknown mode": World({**HERE, "AWS_ACCOUNT_ID_ENDPOINT_MODE": "perhaps"}),
    "a wrong account": World({**HERE, "AWS_ACCOUNT_ID": "11.example/"}),
    "account, endpoint": World({**HERE, "AWS_ACCOUNT_ID": "111111111111", "AWS_ENDPOINT_URL": "http://localhost:8000"}),
    "FIPS": World({**HERE, "AWS_USE_FIPS_ENDPOINT": "true"}),
    "dual stack": World({**HERE, "AWS_USE_DUALSTACK_ENDPOINT": "true"}),
    "dual stack of an account": World({**HERE, "AWS_USE_DUALSTACK_ENDPOINT": "true", "AWS_ACCOUNT_ID": "111111111111"}),
    "FIPS and an endpoint": World(
        {**HERE, "AWS_USE_FIPS_ENDPOINT": "true", "AWS_ENDPOINT_URL": "http://localhost:8000"}
    ),
    "FIPS and a required account": World(
        {
            **HERE,
            "AWS_USE_FIPS_ENDPOINT": "true",
            "AWS_ACCOUNT_ID": "111111111111",
            "AWS_ACCOUNT_ID_ENDPOINT_MODE": "required",
        }
    ),
    "authorities": World({**HERE, "AWS_CA_BUNDLE": "FOLDER/authorities.pem"}),
    "authorities of requests": World({**HERE, "REQUESTS_CA_BUNDLE": "FOLDER/authorities.pem"}),
    "application": World({**HERE, "AWS_SDK_UA_APP_ID": "billing"}),
    "defaults mode": World({**HERE, "AWS_DEFAULTS_MODE": "in-region"}),
    "an unknown profile": World({**HERE, "AWS_PROFILE": "nobody"}),
    "endpoint discovery": World({**HERE, "AWS_ENDPOINT_DISCOVERY_ENABLED": "true"}),
    "probes": World({**HERE, "BOTOCORE_TCP_KEEPALIVE": "true"}),
    "nothing": World(KEYS),
    "file: region": World(KEYS, profile(region="eu-west-1")),
    "file: an empty one": World(HERE, ""),
    "file: elsewhere": World(
        {**HERE, "AWS_CONFIG_FILE": "FOLDER/.aws/elsewhere"}, profile(endpoint_url="http://localhost:1")
    ),
    "file: endpoint": World(HERE, profile(endpoint_url="http://localhost:8000")),
    "file: endpoint to ignore": World(
        HERE, profile(endpoint_url="http://localhost:8000", ignore_configured_endpoint_urls="true")
    ),
    "file: endpoint after that of the environment": World(
        {**HERE, "AWS_ENDPOINT_URL": "http://localhost:8000"}, profile(endpoint_url="http://localhost:1")
    ),
    "file: services": World(HERE, profile(services="local") + SERVICES),
    "file: services of a profile": World(
        {**HERE, "AWS_PROFILE": "dev"}, profile() + profile("dev", services="local") + SERVICES
    ),
    "file: FIPS": World(HERE, profile(use_fips_endpoint="true")),
    "file: dual stack": World(HERE, profile(use_dualstack_endpoint="true")),
    "file: attempts": World(HERE, profile(max_attempts="2", retry_mode="standard")),
    "file: legacy retries": World(HERE, profile(retry_mode="legacy")),
    "file: adaptive retries": World(HERE, profile(retry_mode="adaptive")),
    "file: authorities": World(HERE, profile(ca_bundle="FOLDER/authorities.pem")),
    "file: account mode": World(
        {**HERE, "AWS_ACCOUNT_ID": "111111111111"}, profile(account_id_endpoint_mode="disabled")
    ),
    "file: discovery": World(HERE, profile(endpoint_discovery_enabled="true")),
    "file: probes": World(HERE, profile(tcp_keepalive="true")),
    "file: keys": World({}, profile(region="eu-west-1", aws_access_key_id="FILE", aws_secret_access_key="s")),
    "file: account of keys": World(
        {}, profile(region="eu-west-1", aws_access_key_id="FILE", aws_secret_access_key="s", aws_account_id="3" * 12)
    ),
    "credentials: keys": World(
        {"AWS_DEFAULT_REGION": "eu-north-1"}, None, "[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n"
    ),
    "credentials: region": World(KEYS, None, "[default]\nregion = eu-west-1\n"),
    "credentials: account": World(
        {"AWS_DEFAULT_REGION": "eu-north-1"},
        None,
        f"[default]\naws_access_key_id = FILE\naws_secret_access_key = s\naws_account_id = {'3' * 12}\n",
    ),
}
REGIONS = [
    *("us-east-1", "us-west-2", "eu-north-1", "ap-southeast-7", "ca-west-1", "me-central-1", "il-central-1"),
    *("mx-central-1", "eusc-de-east-1", "cn-north-1", "cn-northwest-1", "us-gov-west-1", "us-gov-east-1"),
    *("us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1", "local", "xx-nowhere-1"),
]
WORLDS |= {
    f"region {region}": World({**KEYS, "AWS_DEFAULT_REGION": region, "AWS_ACCOUNT_ID": "111111111111"})
    for region in REGIONS
}


@pytest.fixture(scope="module")
def loader() -> Loader:
    """Read botocore's models once."""
    return Loader()


@pytest.fixture(autouse=True)
def one_loader(loader: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.session, "create_loader", lambda _paths: loader)


@dataclass(frozen=True)
class Sent:
    """What a request says of how it was configured."""

    endpoint: str
    access_key: str
    region: str
    token: str | None
    application: bool
    settings: tuple[Any, ...]
    authorities: Any


def client_here() -> Any:
    """Return a client of boto3, or the error that it cannot be made with."""
    try:
        return boto3.Session().client("dynamodb")
    except (BotoCoreError, ValueError) as error:
        return error


def of_boto3(client: Any, table: str) -> Sent | type[Exception]:
    if isinstance(client, Exception):
        return type(client)
    requests: list[Any] = []

    def answer(request: Any, **_: Any) -> Any:
        requests.append(request)
        return AWSResponse(request.url, 500, {}, _Raw())

    config = client.meta.config
    discovers = any("discover_endpoint" in str(handler) for handler in _handlers(client))
    if config.retries["mode"] == "adaptive" or discovers:
        return DefinitionError  # what the direct transport does not do
    client.meta.events.register("before-send", answer, unique_id="answer")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.endpoint.time.sleep", lambda _seconds: None)
        try:
            client.get_item(TableName=table, Key={})
        except client.exceptions.ClientError:
            pass
        except BotoCoreError as error:
            return type(error)
        finally:
            client.meta.events.unregister("before-send", answer, unique_id="answer")
    headers = {name.lower(): _text(value) for name, value in requests[0].headers.items()}
    settings = (
        config.retries["mode"],
        len(requests),
        config.connect_timeout,
        config.read_timeout,
        config.max_pool_connections,
        bool(config.tcp_keepalive or os.environ.get("BOTOCORE_TCP_KEEPALIVE") or _probes(client)),
    )
    verify = client._endpoint.http_session._verify
    return _sent(requests[0].url, headers, settings, None if verify is True else verify)


class _Raw:
    def stream(self, **_: Any) -> Any:
        return iter([b"{}"])


def _handlers(client: Any) -> Any:
    return client.meta.events._emitter._handlers.prefix_search("request-created.dynamodb.GetItem")


def _probes(client: Any) -> bool:
    return any(len(option) > 1 and option[1] == 9 for option in client._endpoint.http_session._socket_options or [])


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _sent(url: str, headers: dict[str, str], settings: tuple[Any, ...], authorities: Any) -> Sent:
    scope = headers["authorization"].partition("Credential=")[2].split("/")
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    return Sent(
        f"{parts.scheme}://{parts.hostname}:{port}",
        scope[0],
        scope[2],
        headers.get("x-amz-security-token"),
        "app/billing" in headers["user-agent"],
        settings,
        authorities,
    )


class Opened:
    """Stands for a connection, and keeps what is sent."""

    can_be_reused = False

    def __init__(self, endpoint: Any, _patience: Any, _context: Any, _until: float) -> None:
        self.endpoint = endpoint

    def exchange(self, data: bytes, _deadline: float | None) -> Answer:
        seen.append((self.endpoint, data))
        raise AttemptLostError("kept")

    def close(self) -> None: ...


seen: list[Any] = []


def transport_here() -> HttpTransport | Exception:
    try:
        transport = HttpTransport()
    except DefinitionError as error:
        return error
    transport._open = Opened  # type: ignore[assignment]
    transport._sleep = lambda _seconds: None
    return transport


def of_ours(transport: HttpTransport | Exception, table: str) -> Sent | type[Exception]:
    if isinstance(transport, Exception):
        return type(transport)
    seen.clear()
    loaded: list[Any] = []

    def load(cafile: Any = None, capath: Any = None) -> ssl.SSLContext:
        loaded.append(cafile)
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", load)
        try:
            transport.send(Request("GetItem", b"{}", (table,)))
        except DefinitionError as error:
            return type(error)
        except NoAnswerError:
            pass
    endpoint, data = seen[0]
    lines = data.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    config = transport._wiring.config
    settings = config.settings
    known = (
        settings.retry_mode,
        len(seen),
        settings.connect_timeout,
        settings.read_timeout,
        settings.pool_size,
        settings.keep_alive,
    )
    scheme = "https" if endpoint.tls else "http"
    authorities = loaded[0] if loaded else config.ca_bundle
    return _sent(f"{scheme}://{endpoint.host}:{endpoint.port}", headers, known, authorities)


def are_alike(boto3s: Sent | type[Exception], ours: Sent | type[Exception]) -> bool:
    """Tell whether both do the same, or both refuse."""
    if isinstance(boto3s, Sent) and isinstance(ours, Sent):
        return boto3s == ours
    return isinstance(boto3s, type) and ours is DefinitionError


@pytest.mark.parametrize("name", WORLDS)
def test_it_does_what_boto3_does_or_refuses(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    WORLDS[name].enter(monkeypatch, tmp_path)
    client, transport = client_here(), transport_here()
    for table in ("people", THERE, ELSEWHERE):
        boto3s, ours = of_boto3(client, table), of_ours(transport, table)
        assert are_alike(boto3s, ours), f"{table}\nboto3: {boto3s}\nours:  {ours}"


KNOWN = {
    "AWS_ACCOUNT_ID_ENDPOINT_MODE",
    "AWS_CA_BUNDLE",
    "AWS_CONFIG_FILE",
    "AWS_DEFAULT_REGION",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_MAX_ATTEMPTS",
    "AWS_RETRY_MODE",
    "AWS_SHARED_CREDENTIALS_FILE",
}
OF_OTHERS = (
    *("AWS_METADATA_", "AWS_EC2_METADATA_", "AWS_IMDS_", "AWS_STS_", "AWS_S3_", "AWS_SIGV4A_", "AWS_CSM_"),
    *("AWS_REQUEST_", "AWS_RESPONSE_", "AWS_DISABLE_", "AWS_AUTH_SCHEME_"),
)
"""What finds keys, and what other services than DynamoDB do with their requests."""


def test_no_setting_of_botocore_is_overlooked() -> None:
    variables = (named for _, named, *_ in BOTOCORE_DEFAUT_SESSION_VARIABLES.values() if named)
    names = {name for named in variables for name in ([named] if isinstance(named, str) else named)}
    assert len(names) > 20
    assert {name for name in names - KNOWN - set(BOTOCORE_VARIABLES) if not name.startswith(OF_OTHERS)} == set()

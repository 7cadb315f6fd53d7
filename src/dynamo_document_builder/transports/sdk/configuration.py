"""Reads the configuration of a boto3 client, or the one that boto3 would read from files and the environment."""

from __future__ import annotations

import os
from typing import Any, Literal

from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.session import Session
from msgspec.structs import replace

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.transports.http.configuration.settings import (
    USE_BOTOCORE,
    ConnectionSettings,
    TransportConfig,
    TransportOptions,
    check_region,
)
from dynamo_document_builder.transports.http.retries import LEGACY_ATTEMPTS, STANDARD_ATTEMPTS
from dynamo_document_builder.transports.sdk.hooks import Hooks


def config_from_client(hooks: Hooks) -> TransportConfig:
    """Return the configuration of a client; raise a `DefinitionError` if a direct transport does not support it."""
    client = hooks.client
    config = client.meta.config
    _check_config(config)
    host = _host_of(client)
    bundle = _bundle_of(client)
    return TransportConfig(
        client.meta.region_name, _settings_of(config), hooks.endpoint_for, host, hooks.user_agent, bundle
    )


def _host_of(client: Any) -> str | None:
    """Return the host of the client; `None` if the host depends on the account of the credentials."""
    host: str = client.meta.endpoint_url.partition("://")[2]
    is_regional = host.startswith(("dynamodb.", "dynamodb-fips."))
    return None if is_regional and client.meta.config.account_id_endpoint_mode != "disabled" else host


def config_from_session(options: TransportOptions) -> TransportConfig:
    """
    Return the configuration that boto3 reads from files, profiles and the environment.

    It creates a client with dummy keys, because searching for credentials can take seconds.
    """
    session: Any = Session()
    try:
        region = options.region or session.get_config_variable("region") or os.environ.get("AWS_REGION")
        if not region:
            raise DefinitionError("no region is known: give region=, or set AWS_DEFAULT_REGION")
        client = session.create_client(
            "dynamodb",
            region_name=check_region(region),
            endpoint_url=options.endpoint_url,
            aws_access_key_id="unused",
            aws_secret_access_key="unused",
            config=_config_of(options),
        )
    except (BotoCoreError, ValueError) as error:
        raise DefinitionError(f"botocore cannot configure a client here: {error}") from error
    if str(session.get_config_variable("endpoint_discovery_enabled")).lower() == "true":
        raise _refusal("endpoint_discovery_enabled")
    config = config_from_client(Hooks(client))
    probes = bool(session.get_config_variable("tcp_keepalive"))  # the configuration of a client does not have it
    return replace(config, settings=replace(config.settings, pool_size=options.pool_size, keep_alive=probes))


def _config_of(options: TransportOptions) -> Config | None:
    """Return the options as a `Config`; `None` without any, because a `Config` turns off the defaults mode."""
    chosen = options.settings
    del chosen["pool_size"]
    names = {"max_attempts": "total_max_attempts", "retry_mode": "mode"}
    retries = {names[name]: chosen.pop(name) for name in names if name in chosen}
    return Config(retries=retries or None, **chosen) if chosen or retries else None


def _check_config(config: Any) -> None:
    mode = _retries_of(config).get("mode", "legacy")
    findings = {
        "proxies": bool(config.proxies),
        "client_cert": bool(config.client_cert),
        "endpoint_discovery_enabled": config.endpoint_discovery_enabled in {True, "true"},
        f"retries in mode {mode!r}": mode not in {"legacy", "standard"},
        f"signature_version {config.signature_version!r}": config.signature_version not in {None, "v4"},
    }
    for name, found in findings.items():
        if found:
            raise _refusal(name)


def _refusal(name: str) -> DefinitionError:
    return DefinitionError(
        f"the client is configured with {name}, which HttpTransport does not support: {USE_BOTOCORE}"
    )


def _retries_of(config: Any) -> dict[str, Any]:
    retries: dict[str, Any] | None = config.retries
    return retries or {}


def _settings_of(config: Any) -> ConnectionSettings:
    retries = _retries_of(config)
    mode = retries.get("mode", "legacy")
    default = STANDARD_ATTEMPTS if mode == "standard" else LEGACY_ATTEMPTS
    return ConnectionSettings(
        connect_timeout=config.connect_timeout,
        read_timeout=config.read_timeout,
        retry_mode=mode,
        max_attempts=retries.get("total_max_attempts", default),
        pool_size=config.max_pool_connections,
        keep_alive=bool(config.tcp_keepalive),
    )


def _bundle_of(client: Any) -> str | Literal[False] | None:
    """Return the `verify` option of the client, a file or `False`. No public attribute has it."""
    verify = getattr(getattr(getattr(client, "_endpoint", None), "http_session", None), "_verify", None)
    return verify if verify is False or isinstance(verify, str) else None

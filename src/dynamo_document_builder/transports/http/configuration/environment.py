"""
Reads the configuration of a transport from environment variables, with the rules of botocore.

Importing botocore takes longer than a first request. So it is imported only if there is a configuration file of AWS, or
if a variable is set that this module does not support: see `sdk/configuration.py`.
"""

from __future__ import annotations

import os
import re
from typing import Final

from msgspec import Struct

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.transports.http.configuration.settings import (
    ConnectionSettings,
    Endpoint,
    TransportConfig,
    TransportOptions,
    check_region,
    endpoint_of,
    is_host_label,
    user_agent,
)
from dynamo_document_builder.transports.http.retries import LEGACY_ATTEMPTS, STANDARD_ATTEMPTS

_FILES: Final = {"AWS_CONFIG_FILE": "~/.aws/config", "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials"}
BOTOCORE_VARIABLES: Final = (
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_DATA_PATH",
    "AWS_DEFAULTS_MODE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ENDPOINT_DISCOVERY_ENABLED",
    "AWS_PROFILE",
    "AWS_SDK_UA_APP_ID",
    "AWS_SECURITY_TOKEN",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "BOTOCORE_TCP_KEEPALIVE",
)
"""Variables that change what a DynamoDB client does, and that only botocore supports."""
_PLAIN_REGION: Final = r"(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+"
"""Regions of the partition `aws`, by the pattern of botocore."""
_MODES: Final = ("preferred", "disabled", "required")


def config_from_environment(options: TransportOptions) -> TransportConfig | None:
    """Return the configuration of a transport, or `None` if only botocore can tell it."""
    if any(map(os.environ.get, BOTOCORE_VARIABLES)) or any(map(_exists, _FILES.items())):
        return None
    region = options.region or os.environ.get("AWS_DEFAULT_REGION") or os.environ.get("AWS_REGION")
    if not region:
        raise DefinitionError("no region is known: give region=, or set AWS_DEFAULT_REGION")
    check_region(region)
    url = options.endpoint_url or _endpoint_url()
    if url is None and re.fullmatch(_PLAIN_REGION, region) is None:
        return None
    endpoint_for = (
        _AccountEndpoints(region, _account_endpoint_mode()) if url is None else _OneEndpoint(endpoint_of(url))
    )
    host = None if url is None else endpoint_of(url).header
    return TransportConfig(region, _settings(options), endpoint_for, host, user_agent, _ca_bundle())


def _exists(file: tuple[str, str]) -> bool:
    variable, default = file
    path = os.path.expandvars(os.environ.get(variable, default))
    return os.path.exists(os.path.expanduser(path))  # noqa: PTH110, PTH111  avoids the import of pathlib


def _endpoint_url() -> str | None:
    if os.environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return None
    return os.environ.get("AWS_ENDPOINT_URL_DYNAMODB") or os.environ.get("AWS_ENDPOINT_URL") or None


class _OneEndpoint(Struct, frozen=True):
    """Returns the endpoint that was configured, for every account."""

    endpoint: Endpoint

    def __call__(self, _account: str | None) -> Endpoint:
        return self.endpoint


class _AccountEndpoints(Struct, frozen=True):
    """
    Returns the endpoints of a region: one for each account, and one for an unknown account.

    https://docs.aws.amazon.com/sdkref/latest/guide/feature-account-endpoints.html
    """

    region: str
    mode: str

    def __call__(self, account: str | None) -> Endpoint:
        if account is None or self.mode == "disabled":
            if self.mode == "required":
                raise DefinitionError(
                    "account_id_endpoint_mode is 'required', and the credentials have no account: set AWS_ACCOUNT_ID"
                )
            return Endpoint(f"dynamodb.{self.region}.amazonaws.com", 443, tls=True)
        if not is_host_label(account):
            raise DefinitionError(f"{account!r} is not an AWS account: set AWS_ACCOUNT_ID to twelve digits")
        return Endpoint(f"{account}.ddb.{self.region}.amazonaws.com", 443, tls=True)


def _account_endpoint_mode() -> str:
    mode = os.environ.get("AWS_ACCOUNT_ID_ENDPOINT_MODE", "preferred").lower()
    if mode not in _MODES:
        raise DefinitionError(f"AWS_ACCOUNT_ID_ENDPOINT_MODE is {mode!r}: use one of {', '.join(_MODES)}")
    return mode


def _settings(options: TransportOptions) -> ConnectionSettings:
    chosen = options.settings
    mode = chosen.setdefault("retry_mode", os.environ.get("AWS_RETRY_MODE", "standard"))
    if "max_attempts" not in chosen:
        default = LEGACY_ATTEMPTS if mode == "legacy" else STANDARD_ATTEMPTS
        chosen["max_attempts"] = _int_variable("AWS_MAX_ATTEMPTS", default)
    return ConnectionSettings(**chosen)


def _int_variable(name: str, default: int) -> int:
    text = os.environ.get(name)
    try:
        return default if text is None else int(text)
    except ValueError as error:
        raise DefinitionError(f"{name} is {text!r}: it must be a whole number, 1 or more") from error


def _ca_bundle() -> str | None:
    """Return the file of trusted certificates that the environment names. botocore reads the same two variables."""
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        path = os.environ.get(name)
        if path is not None:
            if not path.strip():
                raise DefinitionError(f"{name} is empty: set it to a file of trusted certificates, or unset it")
            return path
    return None

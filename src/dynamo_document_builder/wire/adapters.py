"""Which transport carries requests through which client: named here, loaded when the first client is given."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from dynamo_document_builder.wire.drive import Transport

BOTO3: Final = "dynamo_document_builder.transports.botocore:BotocoreTransport"
"""By name, because transports stand above everything that uses them, and bring an SDK with them."""


def transport_for(client: Any, transport: Transport | None) -> Transport | None:
    """Return the given transport, or one through the given boto3 client, or `None` while there is neither."""
    if client is None or transport is not None:
        return transport
    through_client: Transport = resolve_name(BOTO3)(client)
    return through_client

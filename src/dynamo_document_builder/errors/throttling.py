"""Reads the reasons of a throttled request from the body of the answer."""

from __future__ import annotations

import msgspec

from dynamo_document_builder.errors.findings import ThrottlingReason


class _Members(msgspec.Struct):
    """The body of an error. DynamoDB starts the name in lower case for a `ThrottlingException` only."""

    usual: list[ThrottlingReason] = msgspec.field(name="ThrottlingReasons", default_factory=list[ThrottlingReason])
    other: list[ThrottlingReason] = msgspec.field(name="throttlingReasons", default_factory=list[ThrottlingReason])


def throttling_reasons(body: bytes) -> tuple[ThrottlingReason, ...]:
    """Return the reasons in the body of an error, or in one cancellation reason; empty if it has none."""
    try:
        members = msgspec.json.decode(body, type=_Members)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):  # an unreadable body still means "throttled"
        return ()
    return tuple(members.usual or members.other)

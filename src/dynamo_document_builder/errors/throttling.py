"""Why DynamoDB throttled, read from the body of its answer."""

from __future__ import annotations

import msgspec

from dynamo_document_builder.errors.findings import ThrottlingReason


class _Members(msgspec.Struct):
    """DynamoDB spells it in both ways: without a capital letter on a `ThrottlingException`."""

    usual: list[ThrottlingReason] = msgspec.field(name="ThrottlingReasons", default_factory=list[ThrottlingReason])
    other: list[ThrottlingReason] = msgspec.field(name="throttlingReasons", default_factory=list[ThrottlingReason])


def reasons_in(body: bytes) -> tuple[ThrottlingReason, ...]:
    """Return the reasons in an error's body, or in one reason of a cancelled transaction; none if it has none."""
    try:
        members = msgspec.json.decode(body, type=_Members)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):  # the refusal stands, whatever its body is
        return ()
    return tuple(members.usual or members.other)

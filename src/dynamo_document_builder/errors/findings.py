"""
What errors are made of: findings and refusals as data.

Their texts name operations, entities, keys and fields, never the values of an item.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

REPLICATION_CODES: Final = frozenset({"ReplicatedWriteConflict", "ReplicatedWriteConflictException"})
"""Another Region wrote the item of a global table with strong consistency across Regions, at the same time."""

CONTENTION_CODES: Final = REPLICATION_CODES | {"TransactionConflict", "TransactionConflictException"}
"""Another transaction or write held the item: nothing was written, and sending again may succeed."""

THROTTLING_CODES: Final = frozenset(
    {
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingError",
        "ThrottlingException",
    }
)
"""DynamoDB was asked for more than it gives at the moment: nothing was written."""

MASKED: Final = "(hidden)"
"""Stands for the value of a field that its class keeps out of texts, by `repr=False`."""

_SHOWN: Final = 80
"""Characters of a key's value that a text shows."""

_BLAMED: Final = 5
"""Clauses of a condition that a text names."""

_LISTED: Final = 20
"""Findings that a text names; an error has all of them as data."""

READS: Final = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})
"""The operations that write nothing: a lost answer leaves no doubt."""

SERVER_ERROR: Final = 500

SILENT_CODES: Final = (
    CONTENTION_CODES | THROTTLING_CODES | {"ExpiredTokenException", "RequestExpired", "UnrecognizedClientException"}
)
"""Refusals that do not look at what was asked, and so say nothing of an earlier attempt at the same."""

PASSING_CODES: Final = (
    CONTENTION_CODES
    | THROTTLING_CODES
    | {"TransactionInProgressException", "InternalServerError", "ServiceUnavailable"}
)
"""Sending the same again may succeed."""


class FieldFailure(Struct, frozen=True):
    """One field that does not fit: where, what the schema says, and the type (never the value) that was found."""

    path: str
    """The field, and the way into it."""
    expected: str
    """What fits."""
    found: str
    """What was found instead, never the value itself."""

    def __str__(self) -> str:
        place = f"{self.path}: " if self.path else ""
        return f"{place}expected {self.expected}, found {self.found}"


class ThrottlingReason(Struct, frozen=True):
    """Why DynamoDB throttled a request, and which table, index or account it is about."""

    reason: str
    """An open set: `TableWriteKeyRangeThroughputExceeded`, `IndexReadProvisionedThroughputExceeded`, ..."""
    resource: str = ""
    """The ARN of the table or the index; empty where DynamoDB names none."""

    def __str__(self) -> str:
        return f"{self.reason} ({self.resource})" if self.resource else self.reason


class Problem(Struct, frozen=True):
    """One reason why a command cannot be sent, in the terms of the caller."""

    text: str
    """What is wrong."""
    index: int | None = None
    """Position of the operation in its transaction, `None` for a finding about the whole command."""
    label: str | None = None
    """The label of the operation."""
    operation: str | None = None
    """The command it is about: `Put`, `Update`, ..."""
    entity: str | None = None
    """The name of the entity."""
    key: Mapping[str, Any] | None = None
    """The fields of the item's key."""

    def __str__(self) -> str:
        place = "" if self.index is None else f"[{self.index}] "
        label = "" if self.label is None else f"({self.label}) "
        subject = described(self.entity, self.key)
        named = f"{self.operation or ''} {subject}".strip() if subject else ""
        return f"{place}{label}{named}{': ' if named else ''}{self.text}"


class Fault(Struct, frozen=True):
    """What DynamoDB answered when it said no, as it came over the wire."""

    code: str = ""
    """DynamoDB's error code."""
    message: str = ""
    """DynamoDB's own words."""
    operation: str = ""
    """DynamoDB's name of the operation."""
    request_id: str | None = None
    """The id that AWS support asks for."""
    http_status: int | None = None
    """The HTTP status of the answer."""
    attempts: int = 1
    """Requests made for this answer, the SDK's own retries included."""
    body: bytes = b""
    """The error body; it holds items in DynamoDB JSON, so it is kept out of every text."""
    maybe_applied: bool = False
    """Whether an attempt before the last may have been applied: its answer was lost, or DynamoDB failed after it."""

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name != "body")
        return f"Fault({', '.join(shown)})"


def named(value: object) -> str:
    """Name what was given instead of something else: a class by its name, a value by its type."""
    return f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__


def summed_up(texts: Iterable[object], more: str = "more") -> list[str]:
    """Return the first of many texts, with a last one that counts the others."""
    all_texts = tuple(texts)
    shown = [str(text) for text in all_texts[:_LISTED]]
    if len(all_texts) > _LISTED:
        shown.append(f"and {len(all_texts) - _LISTED} {more}")
    return shown


def hint(name: str, known: Iterable[str]) -> str:
    """Say what may have been meant by a name that is not known."""
    from difflib import get_close_matches  # noqa: PLC0415  for a mistake only, so no start-up pays for it

    names = tuple(known)
    near = get_close_matches(name, names, 1)
    return f"did you mean {near[0]!r}?" if near else f"it has {', '.join(map(repr, names))}"


def described(entity: str | None, key: Mapping[str, Any] | None) -> str:
    """`User user_id='u1'`: how every text names an item."""
    pairs = " ".join(f"{name}={_shown(value)}" for name, value in (key or {}).items())
    return " ".join(part for part in (entity, pairs) if part)


def staleness(expected: int | None, found: int | None, item: object) -> str:
    """Say that an item is not the one that was read, by its versions; *item* is what came of it."""
    wanted = f"version {expected} expected" if expected else "none expected"
    versions = wanted if found is None else f"{wanted}, version {found} found"
    if not expected:
        return f"an item is there already ({versions})"
    if item is None:
        return f"it was changed or deleted since it was read ({versions})"
    return f"it was changed since it was read ({versions})"


def blamed(clauses: Sequence[object]) -> str:
    """` (balance: greater_than; email: exists)`: the clauses that made a condition false, to end a text with."""
    shown = [str(clause) for clause in clauses[:_BLAMED]]
    if len(clauses) > _BLAMED:
        shown.append(f"{len(clauses) - _BLAMED} more")
    return f" ({'; '.join(shown)})" if shown else ""


def _shown(value: object) -> str:
    try:
        text = repr(value) if isinstance(value, (str, bytes)) else str(value)
    except Exception:  # noqa: BLE001  whatever was given as a key, the error about it must come through
        return f"<{type(value).__name__}>"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"

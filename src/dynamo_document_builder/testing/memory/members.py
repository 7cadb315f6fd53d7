"""The members of a request, read by name and type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.testing.memory.refused import invalid
from dynamo_document_builder.testing.memory.storage.values import serialization

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_LEGACY: Final = frozenset(
    {
        "AttributeUpdates",
        "AttributesToGet",
        "ConditionalOperator",
        "Expected",
        "KeyConditions",
        "QueryFilter",
        "ScanFilter",
    }
)
_TABLE_ARN: Final = ":table/"


@frozen
class Members:
    """The members of one structure of a request; a member that is null is not there."""

    given: Mapping[str, Any]

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.given, dict):
            raise serialization("Start of structure or map found where not expected")
        legacy = sorted(_LEGACY & self.given.keys())
        if legacy:
            raise UsageError(f"MemoryDynamoDB does not know the legacy parameter {legacy[0]}: use an expression")

    def table(self) -> str:
        """Return the name of the table, which may be given as an ARN."""
        name = self.text("TableName")
        if name is None:
            raise _null("tableName")
        return name.rpartition(_TABLE_ARN)[2]

    def text(self, member: str) -> str | None:
        """Return text."""
        text: str | None = self._typed(member, str)
        return text

    def flag(self, member: str, *, default: bool = False) -> bool:
        """Return whether something is asked for."""
        found: bool | None = self._typed(member, bool)
        return default if found is None else found

    def whole(self, member: str, least: int) -> int | None:
        """Return a whole number from *least* on."""
        number: int | None = self._typed(member, int)
        if number is not None and number < least:
            raise invalid(
                f"1 validation error detected: Value '{number}' at '{_camel(member)}' failed to satisfy constraint: "
                f"Member must have value greater than or equal to {least}"
            )
        return number

    def choice(self, member: str, choices: Sequence[str], default: str) -> str:
        """Return one of some words."""
        word = self.text(member)
        if word is None:
            return default
        if word not in choices:
            raise invalid(
                f"1 validation error detected: Value '{word}' at '{_camel(member)}' failed to satisfy constraint: "
                f"Member must satisfy enum value set: [{', '.join(choices)}]"
            )
        return word

    def mapping(self, member: str) -> dict[str, Any] | None:
        """Return a mapping."""
        found: dict[str, Any] | None = self._typed(member, dict)
        return found

    def needed_mapping(self, member: str) -> dict[str, Any]:
        """Return a mapping that has to be there."""
        found = self.mapping(member)
        if found is None:
            raise _null(_camel(member))
        return found

    def needed_list(self, member: str) -> list[Any]:
        """Return a list that has to be there."""
        found: list[Any] | None = self._typed(member, list)
        if found is None:
            raise _null(_camel(member))
        return found

    def _typed(self, member: str, kind: type) -> Any:
        found = self.given.get(member)
        if found is not None and type(found) is not kind:
            raise serialization(f"{member}: {type(found).__name__} found where {kind.__name__} is expected")
        return found


def length_of(member: str, found: Sequence[object], most: int) -> None:
    """Refuse a list that is empty or too long."""
    if 1 <= len(found) <= most:
        return
    bound = f"less than or equal to {most}" if found else "greater than or equal to 1"
    raise invalid(
        f"1 validation error detected: Value at '{_camel(member)}' failed to satisfy constraint: "
        f"Member must have length {bound}"
    )


def one_of(given: Mapping[str, Any], known: Iterable[str]) -> tuple[str, Any]:
    """Return the only member of a structure that is one of several alternatives."""
    found = [(name, value) for name, value in given.items() if value is not None]
    if len(found) != 1 or found[0][0] not in set(known):
        raise invalid("TransactItems can only contain one of Check, Put, Update or Delete")
    return found[0]


def _null(member: str) -> Exception:
    return invalid(
        f"1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    )


def _camel(member: str) -> str:
    return member[0].lower() + member[1:]

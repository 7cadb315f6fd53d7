"""The members of a request, read by name and type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.testing.memory.refused import RefusedError, constraint, invalid, serialization
from dynamo_document_builder.wire.type_guards import is_mapping

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
MIN_NAME: Final = 3
MAX_NAME: Final = 255
_TABLE_NAME: Final = re.compile(rf"[a-zA-Z0-9_.-]{{1,{MAX_NAME}}}")


@frozen
class Members:
    """The members of one structure of a request. A null member counts as missing."""

    given: Mapping[str, Any]

    def __attrs_post_init__(self) -> None:
        mapping_of(self.given)
        legacy = sorted(_LEGACY & self.given.keys())
        if legacy:
            raise UsageError(f"MemoryDynamoDB does not take the legacy parameter {legacy[0]}: write an expression")

    def table(self) -> str:
        """Return the name of the table. The request may give an ARN."""
        name = self.needed_text("TableName").rpartition(_TABLE_ARN)[2]
        if not _TABLE_NAME.fullmatch(name):
            raise _not_a_name(name)
        return name

    def text(self, member: str) -> str | None:
        """Return a string, or `None` if it is missing."""
        text: str | None = self._typed(member, str)
        return text

    def needed_text(self, member: str) -> str:
        """Return a required string."""
        text = self.text(member)
        if text is None:
            raise null(_camel(member))
        return text

    def flag(self, member: str, *, default: bool = False) -> bool:
        """Return a Boolean."""
        found: bool | None = self._typed(member, bool)
        return default if found is None else found

    def integer(self, member: str, least: int, most: int | None = None) -> int | None:
        """Return an integer from *least* to *most*, or `None` if it is missing."""
        number: int | None = self._typed(member, int)
        if number is not None and most is not None and number > most:
            raise constraint(f"'{number}'", _camel(member), f"have value less than or equal to {most}")
        if number is not None and number < least:
            raise constraint(f"'{number}'", _camel(member), f"have value greater than or equal to {least}")
        return number

    def choice(self, member: str, choices: Sequence[str], default: str) -> str:
        """Return a string that must be one of *choices*."""
        word = self.text(member)
        if word is None:
            return default
        if word not in choices:
            raise constraint(f"'{word}'", _camel(member), f"satisfy enum value set: [{', '.join(choices)}]")
        return word

    def needed_choice(self, member: str, choices: Sequence[str]) -> str:
        """Return a required string that must be one of *choices*."""
        self.needed_text(member)
        return self.choice(member, choices, "")

    def structures(self, member: str) -> list[Members]:
        """Return the structures of a required list."""
        return [Members(one) for one in self.needed_list(member)]

    def mapping(self, member: str) -> dict[str, Any] | None:
        """Return a mapping, or `None` if it is missing."""
        found: dict[str, Any] | None = self._typed(member, dict)
        return found

    def needed_mapping(self, member: str) -> dict[str, Any]:
        """Return a required mapping."""
        found = self.mapping(member)
        if found is None:
            raise null(_camel(member))
        return found

    def needed_list(self, member: str) -> list[Any]:
        """Return a required list."""
        found: list[Any] | None = self._typed(member, list)
        if found is None:
            raise null(_camel(member))
        return found

    def _typed(self, member: str, kind: type) -> Any:
        found = self.given.get(member)
        if found is not None and type(found) is not kind:
            raise serialization(f"{member}: {type(found).__name__} found where {kind.__name__} is expected")
        return found


def mapping_of(given: object) -> dict[str, Any]:
    """Return a copy of a value that must be a mapping, such as a key."""
    if not is_mapping(given):
        raise serialization("Start of structure or map found where not expected")
    return dict(given)


def check_length(member: str, found: Sequence[object], most: int) -> None:
    """Refuse a list that is empty or too long."""
    if 1 <= len(found) <= most:
        return
    bound = f"less than or equal to {most}" if found else "greater than or equal to 1"
    raise constraint("", _camel(member), f"have length {bound}")


def only_member(given: Mapping[str, Any], known: Iterable[str]) -> tuple[str, Any]:
    """Return the only member of a structure that is one of several alternatives."""
    found = [(name, value) for name, value in given.items() if value is not None]
    if len(found) != 1 or found[0][0] not in set(known):
        raise invalid(f"An operation of a transaction has exactly one of {', '.join(known)}")
    return found[0]


def null(member: str) -> RefusedError:
    """Return the error for a required member that is missing."""
    return constraint("null", member, "not be null")


def _not_a_name(name: str) -> RefusedError:
    if not name:
        return constraint("''", "tableName", "have length greater than or equal to 1")
    if len(name) > MAX_NAME:
        return constraint(f"'{name}'", "tableName", f"have length less than or equal to {MAX_NAME}")
    return constraint(f"'{name}'", "tableName", "satisfy regular expression pattern: [a-zA-Z0-9_.-]+")


def _camel(member: str) -> str:
    return member[0].lower() + member[1:]

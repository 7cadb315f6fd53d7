"""The functions of conditions, by the names that DynamoDB has for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.expressions.conditions import BeginsWith, Condition, Contains, Exists, TypeIs
from dynamo_document_builder.expressions.text.sides import read_side

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamo_document_builder.expressions.paths import Path
    from dynamo_document_builder.expressions.text.reader import Reader


def _exists(reader: Reader) -> Condition:
    return Exists(reader.path())


def _not_exists(reader: Reader) -> Condition:
    return Exists(reader.path(), present=False)


def _type_is(reader: Reader) -> Condition:
    return TypeIs(*_two(reader, reader.value))


def _begins_with(reader: Reader) -> Condition:
    return BeginsWith(*_two(reader, reader.value))


def _contains(reader: Reader) -> Condition:
    return Contains(*_two(reader, lambda: read_side(reader).node))


def _two(reader: Reader, second: Callable[[], Any]) -> tuple[Path, Any]:
    path = reader.path()
    reader.need(",")
    return path, second()


FUNCTIONS: Final[Mapping[str, Callable[[Reader], Condition]]] = {
    "attribute_exists": _exists,
    "attribute_not_exists": _not_exists,
    "attribute_type": _type_is,
    "begins_with": _begins_with,
    "contains": _contains,
}
"""What reads the arguments of each."""

KEY_FUNCTIONS: Final = {"begins_with": _begins_with}

"""Values written on the command line: keys, items and conditions, read by the fields that they are for."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.functions import (
    begins_with,
    between,
    equals,
    greater_than,
    greater_than_or_equal,
    less_than,
    less_than_or_equal,
)
from dynamo_document_builder.expressions.text.parsing import condition_from_text
from dynamo_document_builder.schema.misfit import MisfitError
from dynamo_document_builder.wire.guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dynamo_document_builder.expressions.conditions import Condition
    from dynamo_document_builder.facade.entity import Entity


def fields_from(entity: Entity[Any], given: Iterable[str]) -> dict[str, Any]:
    """Read `name=value` pairs, or one JSON object, as fields of an entity."""
    texts = list(given)
    if len(texts) == 1 and texts[0].lstrip().startswith("{"):
        return {name: _typed(entity, name, value) for name, value in json_object(texts[0], "the key").items()}
    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise UsageError(f"a key is written as field=value, or as one JSON object, not {text!r}")
        if name in found:
            raise UsageError(f"the key gives {name!r} twice")
        found[name] = _typed(entity, name, value)
    return found


def json_object(text: str, what: str) -> Mapping[str, Any]:
    """Read a JSON object; *what* is what an error calls it."""
    try:
        found = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{what} is not valid JSON: {error}") from error
    if not is_mapping(found):
        raise UsageError(f"{what} is not a JSON object")
    return found


def condition_from(entity: Entity[Any], text: str, names: str, values: str) -> Condition:
    """Read a condition in DynamoDB's own language, each value by the field that it is compared with."""
    given = dict(json_object(values, "--values"))
    return condition_from_text(text, names=dict(json_object(names, "--names")), values=given)


def _typed(entity: Entity[Any], name: str, given: Any) -> Any:
    """Return a value as its field has it: text becomes a number, a moment or an enum where the schema says so."""
    info = entity.codec.fields.get(name)
    if info is None or not isinstance(given, str):
        return given
    for tag in ("S", "N"):
        try:
            return info.kind.decode_wire({tag: given})
        except MisfitError:
            continue
    return given


def mapping_condition(entity: Entity[Any], text: str) -> Any:
    """Read a condition that is a JSON object of fields and the values that they equal."""
    return {name: _typed(entity, name, value) for name, value in json_object(text, "the condition").items()}


def sort_key_condition(
    entity: Entity[Any], comparison: tuple[str, str] | None, between_: tuple[str, str] | None
) -> Condition | None:
    """Read a condition on a sort key: an operator and a value, or the ends of a range."""
    if between_ is not None:
        if comparison is not None:
            raise UsageError("--sort-key and --between are two conditions on one sort key: give one of them")
        low, high = between_
        return between(_sought(entity, low), _sought(entity, high))
    if comparison is None:
        return None
    operator, value = comparison
    if operator not in OPERATORS:
        raise UsageError(f"--sort-key {operator!r}: the operators are {', '.join(OPERATORS)}")
    return OPERATORS[operator](_sought(entity, value))


OPERATORS: Final[Mapping[str, Callable[[Any], Condition]]] = {
    "=": equals,
    "<": less_than,
    "<=": less_than_or_equal,
    ">": greater_than,
    ">=": greater_than_or_equal,
    "begins_with": begins_with,
}


def _sought(entity: Entity[Any], text: str) -> Any:
    """Return a stored text, or a field of which the entity builds it."""
    name, equals_sign, _ = text.partition("=")
    return fields_from(entity, [text]) if equals_sign and name in entity.codec.fields else text


def item_from(entity: Entity[Any], text: str) -> Any:
    """Read an item that is a JSON object of its fields."""
    raise NotImplementedError(entity, text)

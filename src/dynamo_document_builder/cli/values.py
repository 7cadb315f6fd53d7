"""Parses the keys, items and conditions on the command line, with the types of the entity's fields."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NoReturn

from dynamo_document_builder.changesets.item_values import item_of
from dynamo_document_builder.errors import DocumentBuilderError, UsageError
from dynamo_document_builder.errors.texts import MASKED
from dynamo_document_builder.expressions.builders.conditions import (
    begins_with,
    between,
    equals,
    greater_than,
    greater_than_or_equal,
    less_than,
    less_than_or_equal,
)
from dynamo_document_builder.expressions.json_values.undecoded import PlainJson
from dynamo_document_builder.expressions.text.parsing import condition_from_text
from dynamo_document_builder.model.entities.hidden import hidden_names
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.plain_json.reader import from_jsonable
from dynamo_document_builder.wire.json.strict import MalformedError, looks_like_wire
from dynamo_document_builder.wire.type_guards import is_mapping, is_sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.facade.entity import Entity


def parse_fields(entity: Entity[Any], given: Iterable[str]) -> dict[str, Any]:
    """Parse `name=value` pairs, or one JSON object, as fields of an entity."""
    texts = list(given)
    if len(texts) == 1 and texts[0].lstrip().startswith("{"):
        return {name: _decoded(entity, name, value) for name, value in parse_json_object(texts[0], "the key").items()}
    found: dict[str, Any] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not (name and sign):
            raise UsageError(f"a key is written as field=value, or as one JSON object, not {text!r}")
        if name in found:
            raise UsageError(f"the key gives {name!r} twice")
        found[name] = _decoded(entity, name, value)
    return found


def _decoded(entity: Entity[Any], name: str, given: Any) -> Any:
    """Return a value with the type of its field: text becomes a number, a datetime or an enum if the schema says so."""
    info = entity.__model__.codec.fields.get(name)
    if info is None or given is None:
        return given
    try:
        return from_jsonable(info.kind, given)
    except MisfitError:
        return given  # the command raises the error, which names the operation and the field


def parse_json_object(text: str, what: str) -> Mapping[str, Any]:
    """Parse a JSON object; *what* is its name in error texts."""
    try:
        found = json.loads(
            text, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_unique_members
        )
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{what} is not valid JSON: {error}") from error
    if not is_mapping(found):
        raise UsageError(f"{what} is not a JSON object")
    return found


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{double!r} appears twice in one object: give it once")
    return found


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number in JSON")


def parse_condition(text: str, names: str, values: str) -> Condition:
    """Parse a condition in the expression language of DynamoDB. Values have the type of the field they belong to."""
    given = parse_json_object(values, "--values")
    return condition_from_text(
        text,
        names=parse_json_object(names, "--names"),
        values=given,
        values_as="dynamodb" if _is_dynamodb_json(given) else "json",
    )


def _is_dynamodb_json(given: Mapping[str, Any]) -> bool:
    """Return True if every value looks like DynamoDB JSON. Plain JSON such as {"S": "x"} is read as a text, too."""
    return bool(given) and all(map(looks_like_wire, given.values()))


def parse_json_condition(text: str) -> dict[str, Any]:
    """Parse a condition that is a JSON object: each field must equal its value."""
    given = parse_json_object(text, "the condition")
    try:
        return {name: None if value is None else PlainJson.of(value) for name, value in given.items()}
    except MalformedError as error:
        raise UsageError(f"the condition has a value that cannot be stored: {error.problem}") from None


OPERATORS: Final[Mapping[str, Callable[[Any], Condition]]] = {
    "=": equals,
    "<": less_than,
    "<=": less_than_or_equal,
    ">": greater_than,
    ">=": greater_than_or_equal,
    "begins_with": begins_with,
}


def parse_sort_key_condition(
    entity: Entity[Any], comparison: tuple[str, str] | None, ends: tuple[str, str] | None
) -> Condition | None:
    """Parse a sort key condition: an operator and a value, or the two ends of a range."""
    if comparison is not None and ends is not None:
        raise UsageError("--sort-key and --between are two conditions on one sort key: give one of them")
    if ends is not None:
        low, high = ends
        return between(_range_value(entity, low), _range_value(entity, high))
    if comparison is None:
        return None
    operator, value = comparison
    if operator not in OPERATORS:
        raise UsageError(f"--sort-key {operator!r}: the operators are {', '.join(OPERATORS)}")
    return OPERATORS[operator](_range_value(entity, value))


def _range_value(entity: Entity[Any], text: str) -> Any:
    """Return the text as it is, or, for `field=value`, the field from which the entity builds the key."""
    name, sign, _ = text.partition("=")
    return parse_fields(entity, [text]) if sign and name in entity.__model__.codec.fields else text


def parse_item(entity: Entity[Any], text: str) -> Any:
    """Parse an item: a JSON object of its fields, or of its attributes in DynamoDB JSON."""
    given = parse_json_object(text, "the item")
    if _is_dynamodb_json(given):
        return _stored_item(entity, given)
    hidden = hidden_names((entity.__model__,))
    marked = next((path for path, value in _members(given) if value == MASKED and path in hidden), None)
    if marked is not None:
        raise UsageError(
            f"{marked} is {MASKED!r}, the mark that stands for its value: give the value, as show --hidden prints it"
        )
    try:
        return from_jsonable(entity.__model__.codec.kind, given)
    except MisfitError as error:
        raise UsageError(f"the item does not fit {entity.name}: {error}") from error


def _stored_item(entity: Entity[Any], given: Mapping[str, Any]) -> Any:
    try:
        return item_of(entity.__model__, given)
    except (DocumentBuilderError, TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"the item in DynamoDB JSON does not fit {entity.name}: {error}") from error


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the name and value of every member of every object in a JSON value."""
    if is_mapping(value):
        for name, one in value.items():
            yield name, one
            yield from _members(one)
    elif is_sequence(value):
        for one in value:
            yield from _members(one)

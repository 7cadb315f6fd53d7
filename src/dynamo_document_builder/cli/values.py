"""Values written on the command line: keys, items and conditions, read by the fields that they are for."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NoReturn

from dynamo_document_builder.changesets.item_values import item_of
from dynamo_document_builder.errors import DocumentBuilderError, UsageError
from dynamo_document_builder.errors.findings import MASKED
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


def fields_from(entity: Entity[Any], given: Iterable[str]) -> dict[str, Any]:
    """Read `name=value` pairs, or one JSON object, as fields of an entity."""
    texts = list(given)
    if len(texts) == 1 and texts[0].lstrip().startswith("{"):
        return {name: _typed(entity, name, value) for name, value in json_object(texts[0], "the key").items()}
    found: dict[str, Any] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not (name and sign):
            raise UsageError(f"a key is written as field=value, or as one JSON object, not {text!r}")
        if name in found:
            raise UsageError(f"the key gives {name!r} twice")
        found[name] = _typed(entity, name, value)
    return found


def _typed(entity: Entity[Any], name: str, given: Any) -> Any:
    """Return a value as its field has it: text becomes a number, a moment or an enum where the schema says so."""
    info = entity.__model__.codec.fields.get(name)
    if info is None or given is None:
        return given
    try:
        return from_jsonable(info.kind, given)
    except MisfitError:
        return given  # the command says what does not fit, with the name of the operation and of the field


def json_object(text: str, what: str) -> Mapping[str, Any]:
    """Read a JSON object; *what* is what an error calls it."""
    try:
        found = json.loads(text, parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{what} is not valid JSON: {error}") from error
    if not is_mapping(found):
        raise UsageError(f"{what} is not a JSON object")
    return found


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{double!r} stands twice in one object: give it once")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number in JSON")


def condition_from(text: str, names: str, values: str) -> Condition:
    """Read a condition in DynamoDB's own language; the field that each value is compared with reads the value."""
    given = json_object(values, "--values")
    return condition_from_text(
        text,
        names=json_object(names, "--names"),
        values=given,
        values_as="dynamodb" if _is_dynamodb_json(given) else "json",
    )


def _is_dynamodb_json(given: Mapping[str, Any]) -> bool:
    """Tell which form all values have: each of two maps {"S": "x"} in plain JSON would be taken for text."""
    return bool(given) and all(map(looks_like_wire, given.values()))


def mapping_condition(text: str) -> dict[str, Any]:
    """Read a condition that is a JSON object of fields and the values that they equal."""
    given = json_object(text, "the condition")
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


def sort_key_condition(
    entity: Entity[Any], comparison: tuple[str, str] | None, ends: tuple[str, str] | None
) -> Condition | None:
    """Read a condition on a sort key: an operator and a value, or the ends of a range."""
    if comparison is not None and ends is not None:
        raise UsageError("--sort-key and --between are two conditions on one sort key: give one of them")
    if ends is not None:
        low, high = ends
        return between(_sought(entity, low), _sought(entity, high))
    if comparison is None:
        return None
    operator, value = comparison
    if operator not in OPERATORS:
        raise UsageError(f"--sort-key {operator!r}: the operators are {', '.join(OPERATORS)}")
    return OPERATORS[operator](_sought(entity, value))


def _sought(entity: Entity[Any], text: str) -> Any:
    """Return a stored text, or a field of which the entity builds it."""
    name, sign, _ = text.partition("=")
    return fields_from(entity, [text]) if sign and name in entity.__model__.codec.fields else text


def item_from(entity: Entity[Any], text: str) -> Any:
    """Read an item that is a JSON object of its fields, or of its attributes in DynamoDB JSON."""
    given = json_object(text, "the item")
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
    """Yield every member of every object in JSON, by its name."""
    if is_mapping(value):
        for name, one in value.items():
            yield name, one
            yield from _members(one)
    elif is_sequence(value):
        for one in value:
            yield from _members(one)

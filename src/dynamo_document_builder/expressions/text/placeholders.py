"""The names and values of placeholders, `names=` and `values=`, read and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.expressions.builders.operands import as_tree_value
from dynamo_document_builder.expressions.json_values.undecoded import DynamoJson, PlainJson
from dynamo_document_builder.schema.type_guards import is_dict, is_list, is_tuple
from dynamo_document_builder.wire.json.strict import MalformedError, checked_wire, looks_like_wire
from dynamo_document_builder.wire.json.untyped import untyped_value
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ValueForm: TypeAlias = Literal["python", "dynamodb", "json"]
"""
The form of `values=`: Python values, DynamoDB JSON or plain JSON.

JSON of either form is decoded by the field that a value is compared with or assigned to.
"""
FORMS: Final[tuple[str, ...]] = get_args(ValueForm)


def names_from(given: Mapping[str, str] | None) -> dict[str, str]:
    """Return the attribute names of the placeholders. Raises `UsageError` if they are not valid."""
    names = _checked("names", "#", given)
    for placeholder, name in names.items():
        if not isinstance(name, str) or not name:
            found = "empty" if name == "" else given_type(name)
            raise UsageError(f"names={{{placeholder!r}: ...}} is {found}: give the name of an attribute")
    return names


def values_from(given: Mapping[str, Any] | None, form: ValueForm | None = None) -> dict[str, Any]:
    """
    Return the values of the placeholders.

    Without *form*, the values are DynamoDB JSON if all of them look like it, and Python values otherwise. Raises
    `UsageError` for a mapping that could be either, and for values that are not valid.
    """
    values = _checked("values", ":", given)
    if form is not None and form not in FORMS:
        raise UsageError(f"values_as={form!r}: use one of {', '.join(map(repr, FORMS))}")
    if form == "json":
        return {placeholder: _from_json(placeholder, value) for placeholder, value in values.items()}
    if form == "dynamodb" or (form is None and values and all(map(looks_like_wire, values.values()))):
        return {placeholder: _from_wire(placeholder, value, form) for placeholder, value in values.items()}
    if form is None:
        for placeholder, value in values.items():
            _check_unambiguous(placeholder, value)
    return {placeholder: as_tree_value(value) for placeholder, value in values.items()}


def wire_values(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return values in DynamoDB JSON as Python values. Binary values can be bytes or base64 text."""
    return {placeholder: untyped_value(checked_wire(value)) for placeholder, value in given.items()}


def _checked(argument: str, sign: str, given: Any) -> dict[str, Any]:
    if given is None:
        return {}
    if not is_mapping(given):
        raise UsageError(f"{argument}= is a mapping such as {{'{sign}x': ...}}, not {given_type(given)}")
    for placeholder in given:
        if not isinstance(placeholder, str) or not placeholder.startswith(sign):
            raise UsageError(f"{argument}= has {placeholder!r}: begin every placeholder with {sign}")
    return dict(given)


def _from_wire(placeholder: str, value: Any, form: ValueForm | None) -> Any:
    try:
        found = DynamoJson.of(value)
    except MalformedError as error:
        choice = "" if form is not None else "; pass values_as='python' if it is a map"
        raise UsageError(
            f"values={{{placeholder!r}: ...}} is not DynamoDB JSON: {_at(error.place)}{error.problem}{choice}"
        ) from None
    return None if "NULL" in found.json else found


def _from_json(placeholder: str, value: Any) -> Any:
    try:
        return None if value is None else PlainJson.of(value)
    except MalformedError as error:
        raise UsageError(
            f"values={{{placeholder!r}: ...}} is not JSON: {_at(error.place)}{error.problem}; pass values_as='python' "
            "for Python values"
        ) from None


def _at(place: str) -> str:
    return f"{place.removeprefix('.')}: " if place else ""


def _check_unambiguous(placeholder: str, value: object) -> None:
    if looks_like_wire(value):
        raise UsageError(
            f"values={{{placeholder!r}: ...}} looks like DynamoDB JSON, and other values do not: give all of them in "
            "DynamoDB JSON, or pass values_as='python' if it is a map"
        )
    for place, inner in _inside(value, ""):
        if looks_like_wire(inner):
            raise UsageError(
                f"values={{{placeholder!r}: ...}} has what looks like DynamoDB JSON at {place.removeprefix('.')!r}: "
                "pass values_as='dynamodb' with the whole value in DynamoDB JSON, or values_as='python' if it is a map"
            )


def _inside(value: object, place: str) -> Iterator[tuple[str, object]]:
    """Yield the place and the value of everything inside dicts, lists and tuples, at any depth."""
    todo = [(place, value)]
    seen: set[int] = set()
    while todo:
        where, one = todo.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        parts: list[tuple[str, object]] = []
        if is_dict(one):
            parts = [(f"{where}.{name}", inner) for name, inner in one.items()]
        elif is_list(one) or is_tuple(one):
            parts = [(f"{where}[{index}]", inner) for index, inner in enumerate(one)]
        yield from parts
        todo.extend(parts)

"""Schemas that cannot work: refused where they are defined, with the class, the field and a remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import attrs
import pytest
from attrs import frozen

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.items.registry import codec_of
from tests.unit.schema.round_trip import class_with

if TYPE_CHECKING:
    from somewhere import Unknown  # type: ignore[import-not-found]

T = TypeVar("T")


class Mixed(Enum):
    A = 1
    B = "b"


class Floats(Enum):
    A = 0.5


class Empty(Enum):
    pass


@frozen
class Box(Generic[T]):
    content: T


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        (Callable[[], int], "cannot be stored in DynamoDB: declare another type"),
        (Iterable[int], "cannot be stored in DynamoDB: declare another type"),
        (complex, "complex is not a type that the library stores by itself: use register_codec"),
        (list[complex], "complex is not a type that the library stores by itself"),
        (dict[int, str], "DynamoDB's maps have text keys, not int: use dict\\[str, ...\\]"),
        (set, "a set needs the type of its elements, as in set\\[str\\]"),
        (set[bool], "DynamoDB's sets hold text, numbers or bytes, not bool: use a list"),
        (set[tuple[int, ...]], "DynamoDB's sets hold text, numbers or bytes, not tuple\\[int, ...\\]: use a list"),
        (Mixed, "Mixed has values of int and str: use values of one type: str, int or bool"),
        (Floats, "Floats has values of float"),
        (Empty, "Empty has values of nothing"),
        (Literal[1, "a"], "has values of int and str"),
        (Literal[1, True], "has values of bool and int"),
        (None, "None alone cannot be stored: declare another type, or X | None"),
        (T, "~T is not bound to a concrete type"),
        (Box, "~T is not bound to a concrete type"),
    ],
)
def test_a_type_that_cannot_be_stored_is_refused_with_class_and_field(annotation: Any, said: str) -> None:
    cls = attrs.make_class("Thing", {"value": attrs.field()})
    cls.__annotations__ = {"value": annotation}
    with pytest.raises(DefinitionError, match=f"^schema '(Thing', field 'value|Box', field 'content)': .*{said}"):
        codec_of(cls)


def test_a_class_inside_says_where_itself() -> None:
    inner = class_with(complex)
    with pytest.raises(DefinitionError, match=r"^schema 'Thing', field 'value': complex"):
        codec_of(attrs.make_class("Outer", {"inner": attrs.field(type=inner)}))


def test_a_generic_class_is_refused_by_its_type_variable() -> None:
    with pytest.raises(DefinitionError, match="schema 'Box', field 'content': ~T is not bound to a concrete type"):
        codec_of(Box)


def test_a_name_its_module_does_not_have_is_named() -> None:
    @frozen
    class Puzzled:
        a: Unknown

    with pytest.raises(DefinitionError, match="schema 'Puzzled': its annotations name 'Unknown', which its module"):
        codec_of(Puzzled)


def test_a_class_that_failed_once_fails_again_and_not_otherwise() -> None:
    cls = class_with(complex)
    for _ in range(2):
        with pytest.raises(DefinitionError):
            codec_of(cls)


@pytest.mark.parametrize(
    ("schema", "said"),
    [(int, "int is not a schema"), ({"secret": 1}, "not dict"), ("secret", "not str"), (Mixed.A, "not Mixed")],
)
def test_a_schema_that_is_no_attrs_class_is_refused(schema: Any, said: str) -> None:
    with pytest.raises(DefinitionError, match=said) as caught:
        codec_of(schema)
    assert "secret" not in str(caught.value)

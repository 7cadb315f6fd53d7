"""What classes bring themselves: validators, converters, codecs and subclasses; and annotations that cannot work."""

from __future__ import annotations

import enum
from ipaddress import IPv4Address
from typing import Any, ClassVar, Literal, Protocol

import attrs
import pytest
from attrs import define, field, frozen, validators

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.fields.field_codec import FieldCodec
from dynamo_document_builder.schema.fields.metadata import stored
from dynamo_document_builder.schema.items.registry import codec_of

ADDRESS = FieldCodec(stored_as=str, encode=str, decode=IPv4Address)


def failures(call: Any, argument: Any) -> dict[str, str]:
    with pytest.raises(MisfitError) as caught:
        call(argument)
    return {failure.path: failure.found for failure in caught.value.failures}


@frozen
class Amount:
    euros: int = field(validator=validators.ge(0))
    cents: int = field(default=0, validator=validators.lt(100))


@frozen
class Bill:
    total: Amount
    parts: list[Amount] = field(factory=list)


@frozen
class Upper:
    name: str = field(converter=str.upper)
    length: int = 0

    def __attrs_post_init__(self) -> None:
        if self.length not in (0, len(self.name)):
            raise ValueError(self.name)


def test_every_field_that_a_validator_refuses_on_reading_is_named() -> None:
    raw = b'{"total":{"M":{"euros":{"N":"-1"},"cents":{"N":"200"}}},"parts":{"L":[{"M":{"euros":{"N":"-2"}}}]}}'
    refused = "one it refuses with ValueError"
    assert failures(codec_of(Bill).decode, raw) == {
        "total.euros": refused,
        "total.cents": refused,
        "parts[0].euros": refused,
    }


def test_what_refused_on_reading_is_kept_as_the_cause() -> None:
    with pytest.raises(MisfitError) as caught:
        codec_of(Amount).decode(b'{"euros":{"N":"-1"}}')
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_class_that_refuses_its_values_as_a_whole_is_named_without_them() -> None:
    refused = failures(codec_of(Upper).decode, b'{"name":{"S":"secret"},"length":{"N":"3"}}')
    assert refused == {"": "values for which it raises ValueError"}


def test_reading_without_validators_keeps_a_cached_hash_working() -> None:
    @attrs.frozen(cache_hash=True)
    class Cached:
        euros: int = field(validator=validators.ge(0))

    assert hash(codec_of(Cached).decode_trusted(b'{"euros":{"N":"1"}}')) == hash(Cached(1))


@frozen
class Host:
    address: IPv4Address = field(metadata=stored(codec=ADDRESS))
    more: list[str] | None = field(
        default=None, metadata=stored(codec=FieldCodec(stored_as=str, encode=" ".join, decode=str.split))
    )
    ratio: float = field(default=0.0, metadata=stored(codec=FieldCodec(stored_as=str, encode=repr, decode=float)))


def test_a_codec_takes_values_of_the_declared_type_only() -> None:
    codec = codec_of(Host)
    host: Any = Host("10.0.0.1", "ab")  # type: ignore[arg-type]
    assert failures(codec.encode, host) == {"address": "str", "more": "str"}
    assert failures(lambda value: codec.encode_field("address", value), 167772161) == {"address": "int"}


def test_a_codec_of_floats_takes_whole_numbers_as_floats_do() -> None:
    assert codec_of(Host).encode_field("ratio", 2) == '{"S":"2"}'


@frozen
class Sample:
    ratio: float


def test_a_float_takes_whole_numbers_that_read_back_equal_and_no_others() -> None:
    codec = codec_of(Sample)
    assert codec.decode(f"{{{codec.encode(Sample(2**53))}}}".encode()) == Sample(2**53)
    assert failures(codec.encode, Sample(2**53 + 1)) == {"ratio": "int that is a whole number that no float equals"}


class Anything(Protocol):
    def close(self) -> None: ...


@pytest.mark.parametrize("annotation", [Any, Anything, int | str, Literal["a"], object])
def test_a_codec_for_what_isinstance_cannot_tell_decides_alone(annotation: Any) -> None:
    metadata = stored(codec=FieldCodec(stored_as=str, encode=str, decode=str))
    schema = attrs.make_class("Schema", {"value": field(type=annotation, metadata=metadata)})
    assert codec_of(schema).encode(schema("a")) == '"value":{"S":"a"}'


@define
class Person:
    name: str


@define
class Employee(Person):
    salary: int = 0


class Greeter(Person):
    def greet(self) -> str:
        return f"Hello, {self.name}"


def test_an_item_of_a_subclass_is_refused_where_fields_of_its_own_would_be_lost() -> None:
    assert failures(codec_of(Person).encode, Employee("Ada", 1)) == {"": "Employee, which has more fields"}


def test_an_item_of_a_subclass_without_fields_of_its_own_is_written_as_its_class() -> None:
    assert codec_of(Person).encode(Greeter("Ada")) == '"name":{"S":"Ada"}'


def test_an_item_of_another_class_is_named_once() -> None:
    wrong: Any = Amount(1)
    assert failures(codec_of(Person).encode, wrong) == {"": "Amount"}


class Huge(enum.Enum):
    NUMBER = 10**38 + 1


@define
class Partly:
    next: Person | Nothing  # noqa: F821


@define
class Quoted:
    value: "Person" | None  # type: ignore[operator]  # noqa: UP037


@define
class Broken:
    value: int[str]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (Partly, "name 'Nothing'"),
        (Quoted, "quote all of it"),
        (Broken, "cannot be evaluated"),
    ],
)
def test_annotations_that_cannot_be_evaluated_are_refused_with_the_remedy(schema: Any, said: str) -> None:
    with pytest.raises(DefinitionError, match=rf"^schema '{schema.__name__}': .*{said}"):
        codec_of(schema)


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        (ClassVar[int], "ClassVar"),
        (dict[str], "1 type arguments instead of 2"),  # type: ignore[type-arg]
        (list[int, str], "2 type arguments instead of 1"),  # type: ignore[type-arg]
        (Literal["\ud800"], "lone surrogate"),
        (Huge, "39 significant digits"),
    ],
)
def test_annotations_that_cannot_be_stored_are_refused_with_class_and_field(annotation: Any, said: str) -> None:
    with pytest.raises(DefinitionError, match=rf"^schema 'Schema', field 'value': .*{said}"):
        codec_of(attrs.make_class("Schema", {"value": field(type=annotation)}))


@pytest.mark.parametrize("alias", ["", 5, "\ud800"])
def test_an_alias_that_can_be_no_attribute_name_is_refused(alias: Any) -> None:
    with pytest.raises(DefinitionError, match="must be text that is not empty"):
        codec_of(attrs.make_class("Schema", {"value": field(type=int, metadata=stored(alias=alias))}))

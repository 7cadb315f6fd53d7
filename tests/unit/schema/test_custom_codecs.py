"""Types outside the table: through a registered codec, or one of a single field."""

from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from ipaddress import IPv4Address
from pathlib import PurePosixPath
from typing import Any

import attrs
import pytest
from attrs import field, frozen
from pydantic import AwareDatetime, NaiveDatetime, PastDate

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.fields import field_codec
from dynamo_document_builder.schema.fields.field_codec import FieldCodec, register_codec
from dynamo_document_builder.schema.fields.metadata import stored
from dynamo_document_builder.schema.items.registry import codec_of
from tests.unit.schema.round_trip import class_with, read, refused, unreadable, written


@pytest.fixture(autouse=True)
def unregistered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(field_codec, "_codecs", {})
    monkeypatch.setattr(field_codec, "_used", set())


def register_addresses() -> None:
    register_codec(IPv4Address, stored_as=str, encode=str, decode=IPv4Address)


def test_a_registered_type_is_stored_wherever_it_stands() -> None:
    register_addresses()
    home = IPv4Address("127.0.0.1")
    for annotation, value, wire in [
        (IPv4Address, home, {"S": "127.0.0.1"}),
        (list[IPv4Address | None], [home, None], {"L": [{"S": "127.0.0.1"}, {"NULL": True}]}),
        (dict[str, IPv4Address], {"a": home}, {"M": {"a": {"S": "127.0.0.1"}}}),
        (IPv4Address | int, home, {"S": "127.0.0.1"}),
    ]:
        cls = class_with(annotation)
        assert written(cls(value)) == {"value": wire}
        assert read(cls, {"value": wire}).value == value


def test_what_a_codec_does_not_take_is_refused_without_its_words() -> None:
    register_codec(IPv4Address, stored_as=int, encode=lambda address: int(address.packed), decode=IPv4Address)
    cls = class_with(IPv4Address | None)
    assert refused(cls(IPv4Address("1.2.3.4"))) == [
        "value: expected IPv4Address, found IPv4Address, which its codec refuses with ValueError"
    ]
    assert refused(cls("secret")) == ["value: expected IPv4Address, found str"]
    assert unreadable(cls, {"value": {"S": "x"}}) == ["value: expected int, found stored S"]
    assert unreadable(cls, {"value": {"N": "-1"}}) == ["value: expected IPv4Address, found stored N that is not one"]


def test_what_a_codec_gives_is_checked_like_any_value() -> None:
    register_codec(PurePosixPath, stored_as=list[str], encode=lambda path: [*path.parts, 1], decode=lambda p: p)
    assert refused(class_with(PurePosixPath)(PurePosixPath("a/b"))) == ["value[2]: expected str, found int"]


def test_a_single_field_can_have_a_codec_of_its_own() -> None:
    ours = FieldCodec(stored_as=dict[str, int], encode=lambda pair: {"re": pair[0]}, decode=lambda got: (got["re"], 0))
    cls = class_with(tuple[int, int], metadata=stored(codec=ours))
    assert written(cls((5, 0))) == {"value": {"M": {"re": {"N": "5"}}}}
    assert read(cls, {"value": {"M": {"re": {"N": "5"}}}}).value == (5, 0)


def test_a_registered_attrs_class_or_enum_is_stored_by_its_codec() -> None:
    @frozen
    class Money:
        cents: int

    class Level(Enum):
        LOW = object()

    register_codec(Money, stored_as=int, encode=lambda money: money.cents, decode=Money)
    register_codec(Level, stored_as=str, encode=lambda level: level.name, decode=Level.__getitem__)
    assert written(class_with(Money)(Money(5))) == {"value": {"N": "5"}}
    assert read(class_with(Level), {"value": {"S": "LOW"}}).value is Level.LOW


def test_registering_the_same_codec_twice_changes_nothing() -> None:
    register_addresses()
    codec_of(class_with(IPv4Address))
    register_addresses()


def test_a_codec_is_fixed_once_it_is_there_or_its_type_is_in_use() -> None:
    register_addresses()
    with pytest.raises(DefinitionError, match="IPv4Address has another codec already"):
        register_codec(IPv4Address, stored_as=int, encode=int, decode=IPv4Address)

    @frozen
    class Money:
        cents: int

    codec_of(class_with(Money))
    with pytest.raises(DefinitionError, match="a schema that uses Money is defined already"):
        register_codec(Money, stored_as=int, encode=lambda money: money.cents, decode=Money)


def test_a_type_that_was_refused_can_be_registered_afterwards() -> None:
    with pytest.raises(
        DefinitionError, match="IPv4Address is not a type that the library stores by itself: use register_codec"
    ):
        codec_of(class_with(IPv4Address))
    register_addresses()
    codec_of(class_with(IPv4Address))


@pytest.mark.parametrize("type_", [str, datetime, dict, "Name", list[int], AwareDatetime, PastDate])
def test_only_a_class_outside_the_table_can_be_registered(type_: Any) -> None:
    with pytest.raises(DefinitionError):
        register_codec(type_, stored_as=str, encode=str, decode=str)


def test_a_type_of_pydantic_that_nothing_is_an_instance_of_can_be_registered() -> None:
    register_codec(NaiveDatetime, stored_as=str, encode=datetime.isoformat, decode=datetime.fromisoformat)
    cls = class_with(list[NaiveDatetime])
    assert written(cls([datetime(2026, 1, 1)])) == {"value": {"L": [{"S": "2026-01-01T00:00:00"}]}}
    assert refused(cls(["x"])) == ["value[0]: expected NaiveDatetime, found str"]


def test_a_codec_that_gives_none_is_refused() -> None:
    register_codec(IPv4Address, stored_as=str | None, encode=str, decode=IPv4Address)
    with pytest.raises(
        DefinitionError, match="the codec of IPv4Address is stored as an optional type; make the field itself"
    ):
        codec_of(class_with(IPv4Address))


def test_metadata_with_something_else_than_a_codec_is_refused() -> None:
    with pytest.raises(DefinitionError, match="codec= must be a FieldCodec"):
        codec_of(class_with(int, metadata=stored(codec=str)))


@frozen
class Session:
    ends: datetime = field(metadata=stored(epoch=True))
    began: datetime | None = field(default=None, metadata=stored(epoch=True))


def test_epoch_is_whole_seconds_for_time_to_live() -> None:
    tokyo = datetime(2026, 1, 1, 9, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=9)))
    assert written(Session(tokyo)) == {"ends": {"N": "1767225600"}}
    assert read(Session, {"ends": {"N": "1767225600"}}) == Session(datetime(2026, 1, 1, tzinfo=UTC))
    assert read(Session, {"ends": {"N": "-1"}, "began": {"NULL": True}}).ends == datetime(
        1969, 12, 31, 23, 59, 59, tzinfo=UTC
    )


def test_epoch_needs_an_aware_datetime() -> None:
    assert refused(Session(datetime(2026, 1, 1), 5)) == [  # type: ignore[arg-type]
        "ends: expected datetime with a timezone, found datetime that is naive; give it a timezone",
        "began: expected datetime with a timezone, found int",
    ]
    cls = attrs.make_class("Wrong", {"ends": field(type=int, metadata=stored(epoch=True))})
    with pytest.raises(DefinitionError, match="epoch=True needs a datetime; an int field stores seconds without it"):
        codec_of(cls)

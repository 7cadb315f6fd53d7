"""A class that is to hold a part of an item is compared with the schema before anything is read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

import pytest
from attrs import Factory, field, frozen

from dynamo_document_builder import Entity, Get, Table, UsageError, stored

TABLE = Table("app", partition_key="whole_id", sort_key="SK")
KEY = {"whole_id": "w"}


@frozen
class Inner:
    city: str
    zip: int | None = None


@frozen
class Whole:
    whole_id: str
    name: str
    count: int = 0
    email: str | None = None
    tags: frozenset[str] = frozenset()
    inner: Inner = Factory(lambda: Inner("Oslo"))
    other: Inner | None = None
    anything: Any = None
    first: str = field(default="", metadata=stored(alias="first-name"))


wholes = Entity(Whole, TABLE, sort_key="META")


def part(**annotations: Any) -> type[Any]:
    """Make a class with these fields; a pair gives a field with a default or marks."""
    body: dict[str, Any] = {"__annotations__": {}}
    for name, given in annotations.items():
        annotation, default = given if isinstance(given, tuple) else (given, None)
        body["__annotations__"][name] = annotation
        if default is not None:
            body[name] = default
    return frozen(type("PartOf", (), body))


@frozen
class InnerCity:
    city: str


@frozen
class InnerWrong:
    city: int


@frozen
class InnerMore:
    city: str
    floor: int


@frozen
class InnerMaybeMore:
    city: str
    floor: int | None = None


@frozen
class InnerZip:
    zip: int


@pytest.mark.parametrize(
    "fields",
    [
        {"name": str},
        {"name": str | None},
        {"count": float},
        {"count": Decimal},
        {"email": str | None},
        {"email": (str, "unknown")},
        {"tags": set[str]},
        {"inner": Inner},
        {"inner": InnerCity},
        {"inner": InnerMaybeMore},
        {"inner": dict[str, Any]},
        {"other": InnerCity | None},
        {"anything": Any},
        {"name": Any},
        {"SK": str},
        {"first": (str, field(metadata=stored(alias="first-name")))},
    ],
    ids=str,
)
def test_a_class_that_can_hold_its_part_is_taken(fields: dict[str, Any]) -> None:
    [name] = fields
    projected = wholes.request(Get(KEY, projection=part(**fields))).payload["ExpressionAttributeNames"].values()
    assert {"first-name" if name == "first" else name} <= set(projected)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"nmae": str}, "PartOf has a field 'nmae', which Whole does not have; did you mean 'name'?"),
        ({"PK": str}, "PartOf has a field 'PK', which Whole does not have"),
        ({"first": str}, "field 'first' is stored as 'first-name' in Whole, and as 'first' in PartOf"),
        ({"name": (str, field(metadata=stored(alias="n")))}, "is stored as 'name' in Whole, and as 'n' in PartOf"),
        ({"email": str}, "field 'email' may be None in Whole, so it must be optional in PartOf too"),
        ({"name": int}, "field 'name' is str in Whole, which int in PartOf cannot hold"),
        ({"tags": list[str]}, "field 'tags' is .* in Whole, which .* in PartOf cannot hold"),
        ({"inner": str}, "field 'inner' is Inner in Whole, which str in PartOf cannot hold"),
        ({"inner": InnerWrong}, r"field 'city' is str in Inner, which int in PartOf\.inner cannot hold"),
        ({"inner": InnerMore}, r"PartOf\.inner has a field 'floor', which Inner does not have"),
        ({"inner": InnerZip}, r"field 'zip' may be None in Inner, so it must be optional in PartOf\.inner too"),
        ({"other": (InnerMore | None, None)}, r"PartOf\.other has a field 'floor', which Inner does not have"),
    ],
    ids=str,
)
def test_a_class_that_cannot_hold_its_part_is_refused(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        wholes.request(Get(KEY, projection=part(**fields)))


@frozen
class Card:
    whole_id: str
    number: str
    kind: Literal["card"] = "card"


@frozen
class Bank:
    whole_id: str
    iban: str
    kind: Literal["bank"] = "bank"


payments = Entity[Any](Card | Bank, TABLE, sort_key="META")


def test_a_field_that_only_some_classes_of_a_union_have_has_to_be_optional() -> None:
    with pytest.raises(UsageError, match="field 'iban' is not in Card, so it must be optional in PartOf"):
        payments.request(Get(KEY, projection=part(iban=str)))
    for taken in (part(iban=str | None), part(iban=(str, "none"))):
        assert payments.request(Get(KEY, projection=taken))


@frozen
class Shouting:
    name: str
    loud: str = field(init=False, metadata=stored(derived=True))

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "loud", self.name.upper())


def test_what_a_class_computes_itself_is_asked_of_nobody() -> None:
    assert wholes.request(Get(KEY, projection=Shouting))
    assert wholes.request(Get(KEY, projection=part(inner=Inner, name=str)))

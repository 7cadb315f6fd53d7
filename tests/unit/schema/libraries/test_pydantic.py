"""Models of pydantic: aliases, defaults, validators, types that only pydantic knows, and what cannot be kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

import pydantic
import pytest
from pydantic import AfterValidator, AliasChoices, AliasPath, AwareDatetime, BaseModel, ConfigDict, Field, HttpUrl
from pydantic_core import PydanticCustomError
from typing_extensions import deprecated

from dynamo_document_builder import (
    DefinitionError,
    FieldCodec,
    ItemValidationError,
    Put,
    StoredItemError,
    remove,
    stored,
)
from tests.unit.schema.libraries.trips import back, entity_of, not_updated, read, refused, updated, written

T = TypeVar("T")


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Prefs(BaseModel):
    roles: list[str] = []
    theme: str = Field("light", validation_alias=AliasChoices("theme_name", "colour"))


class Account(BaseModel):
    number: int
    prefs: Prefs = Prefs()
    twice: int = Field(default_factory=lambda data: data["number"] * 2)


def test_no_default_is_shared_and_absent_fields_were_not_set() -> None:
    one, other = (read(Account, {"number": {"N": "1"}}) for _ in range(2))
    one.prefs.roles.append("admin")
    assert other.prefs.roles == Account(number=1).prefs.roles == []
    assert (other.twice, other.model_fields_set) == (2, {"number"})


class Aliased(BaseModel):
    model_config = ConfigDict(validate_by_alias=False, validate_by_name=True)
    one: str = Field("d", alias="other")


class Pathed(BaseModel):
    one: str = Field("d", validation_alias=AliasPath("deep", 0))
    prefs: Prefs


def test_no_alias_of_pydantic_plays_a_part() -> None:
    assert back(Aliased(one="x")).one == "x"
    item = Pathed.model_validate({"deep": ["x"], "prefs": {"colour": "dark"}})
    assert written(item)["prefs"] == {"M": {"roles": {"L": []}, "theme": {"S": "dark"}}}
    assert back(item) == item


class Order(BaseModel):
    qty: int = Field(gt=0)
    note: str = "n"

    @pydantic.field_validator("note")
    @classmethod
    def _known(cls, value: str) -> str:
        if value.startswith("secret"):
            raise ValueError(f"{value} is not a note")
        return value.strip()


class Basket(BaseModel):
    orders: list[Order] = []
    first: Order | None = None


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Order.model_construct(qty=-77),
        lambda: Order(qty=1).model_copy(update={"qty": -77}),
        lambda: changed(Order(qty=1), "qty", -77),
    ],
)
def test_an_object_that_was_never_validated_is_refused_nested_or_not(broken: Any) -> None:
    expected = "qty: expected a value greater than 0, found int (greater_than)"
    assert expected in refused(broken())
    assert f"orders[0].{expected}" in refused(Basket(orders=[broken()]))
    assert entity_of(Order).request(Put(broken(), skip_validation=True)).payload["Item"]["qty"] == {"N": "-77"}


def changed(item: Any, name: str, value: Any) -> Any:
    setattr(item, name, value)
    return item


def test_a_new_value_is_checked_and_written_as_its_field_makes_it() -> None:
    assert updated(Order, {"qty": 3, "note": " x "}) == [{"N": "3"}, {"S": "x"}]
    assert updated(Order, {"qty": -77}, skip_validation=True) == [{"N": "-77"}]
    said = not_updated(Basket, {"first.qty": -77, "orders[0].note": "secret 77"})
    assert "first.qty: expected a value greater than 0" in said
    assert "orders[0].note: expected a value its validator takes, found str (value_error)" in said
    assert "77" not in said
    assert "first.qty" in not_updated(Basket, {"first.qty": remove()})
    assert updated(Basket, {"first.note": remove()}) == []


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)
    qty: int = Field(1, gt=0)


def test_the_new_value_of_a_frozen_field_is_checked_too() -> None:
    assert updated(Frozen, {"qty": 2}) == [{"N": "2"}]
    assert "qty: expected a value greater than 0" in not_updated(Frozen, {"qty": 0})


class Range(BaseModel):
    low: int = 0
    high: int = 10

    @pydantic.model_validator(mode="after")
    def _ordered(self) -> Range:
        if self.low > self.high:
            raise ValueError(f"{self.low} is more than {self.high}")
        return self


def test_a_rule_between_fields_is_checked_for_a_whole_item_only() -> None:
    assert updated(Range, {"low": 50}) == [{"N": "50"}]
    assert "expected values its validators take, found ones they refuse" in refused(changed(Range(), "low", 50))
    with pytest.raises(StoredItemError) as caught:
        read(Range, {"low": {"N": "4321"}})
    assert "4321" not in str(caught.value)


class Drifting(BaseModel):
    text: Annotated[str, AfterValidator(lambda text: f"{text}!")]


def test_a_validator_that_makes_another_value_every_time_is_refused() -> None:
    assert "text: expected a value that is read back unchanged" in refused(Drifting(text="a"))
    assert "text: expected a value that is read back unchanged" in not_updated(Drifting, {"text": "a"})


class Custom(BaseModel):
    code: int

    @pydantic.field_validator("code")
    @classmethod
    def _known(cls, value: int) -> int:
        if value > 5:
            raise PydanticCustomError(f"bad_{value}", "the code is {code}", {"code": value})  # type: ignore[arg-type]  # people do
        return value


def test_no_error_of_a_validator_tells_a_value() -> None:
    with pytest.raises(StoredItemError) as caught:
        read(Custom, {"code": {"N": "98765"}})
    assert "98765" not in str(caught.value)


class Known(BaseModel):
    at: AwareDatetime
    born: pydantic.PastDate
    url: HttpUrl
    urls: list[HttpUrl] = []
    took: timedelta
    address: pydantic.IPvAnyAddress
    data: pydantic.JsonValue = None


def test_types_that_only_pydantic_knows_are_stored_in_its_json_form() -> None:
    item = Known(
        at=datetime(2026, 1, 2, tzinfo=UTC),
        born=date(2000, 1, 1),
        url=HttpUrl("https://example.com/a"),
        urls=[HttpUrl("https://example.com")],
        took=timedelta(seconds=90),
        address="10.0.0.1",  # type: ignore[arg-type]  # pydantic makes an address of it
        data={"a": [1, 2.5, None, "x"]},
    )
    stored_ = written(item)
    assert (stored_["url"], stored_["took"]) == ({"S": "https://example.com/a"}, {"S": "PT1M30S"})
    assert back(item) == item


class Secret(BaseModel):
    word: Annotated[
        pydantic.SecretStr,
        stored(
            codec=FieldCodec[Any](stored_as=str, encode=pydantic.SecretStr.get_secret_value, decode=pydantic.SecretStr)
        ),
    ]


def test_a_secret_is_stored_by_a_codec_of_its_own() -> None:
    assert written(Secret(word=pydantic.SecretStr("w"))) == {"word": {"S": "w"}}
    assert back(Secret(word=pydantic.SecretStr("w"))).word.get_secret_value() == "w"


class Numbers(pydantic.RootModel[list[int]]):
    pass


class Box(BaseModel, Generic[T]):
    value: T


class IntBox(Box[int]):
    pass


class Shapes(BaseModel):
    numbers: Numbers
    box: Box[int]
    more: IntBox


def test_roots_and_generic_models_are_kept() -> None:
    item = Shapes(numbers=Numbers([1, 2]), box=Box[int](value=1), more=IntBox(value=2))
    assert written(item)["numbers"] == {"L": [{"N": "1"}, {"N": "2"}]}
    again = back(item)
    assert again == item
    assert type(again.box) is Box[int]
    assert back(IntBox(value=1)) == IntBox(value=1)


class ByValue(BaseModel):
    model_config = ConfigDict(use_enum_values=True)
    colour: Colour
    counts: dict[Colour, int] = {}
    more: list[Colour | None] = []


def test_values_of_enums_are_kept_as_values() -> None:
    item = ByValue(colour=Colour.RED, counts={Colour.BLUE: 1}, more=[Colour.RED, None])
    assert back(item) == item
    assert back(item).colour == "red"


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    name: str


def test_extras_are_kept_but_never_one_that_has_the_name_of_something_else() -> None:
    item = Open.model_validate({"name": "a", "size": 3, "tags": ["x"]})
    assert written(item)["size"] == {"N": "3"}
    again = back(item)
    assert again == item
    assert read(Open, {"name": {"S": "a"}, "PK": {"S": "p"}, "SK": {"S": "s"}}).model_extra == {}
    assert "PK" in refused(Open.model_validate({"name": "a", "PK": "x"}))


@pydantic.dataclasses.dataclass
class Point:
    x: int = Field(gt=0)
    label: str = Field("none", validation_alias=AliasChoices("name", "title"))


class Drawing(BaseModel):
    point: Point


def test_dataclasses_of_pydantic_are_kept() -> None:
    item = Point(x=1, title="t")  # type: ignore[call-arg]  # an alias
    assert back(item) == item
    assert back(Drawing(point=item)) == Drawing(point=item)
    assert "x: expected a value greater than 0" in refused(changed(Point(x=1), "x", -1))
    assert "point.x" in not_updated(Drawing, {"point.x": -1})


class Late(BaseModel):
    other: NotYet  # type: ignore[name-defined]  # noqa: F821  which is what it is about


def with_own_init() -> Any:
    class Own(BaseModel):
        one: str = Field(alias="other")

        def __init__(self, **given: Any) -> None:
            super().__init__(**given)

    return Own


def model(annotation: Any, default: Any = ..., **config: Any) -> Any:
    return pydantic.create_model("Thing", __config__=ConfigDict(**config), value=(annotation, default))


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (lambda: model(pydantic.Json[list[int]]), "pydantic decodes the values of this type"),
        (lambda: model(pydantic.Json), "pydantic decodes the values of this type"),
        (lambda: model(pydantic.Base64Str), "pydantic decodes the values of this type"),
        (lambda: model(list[pydantic.Base64Bytes]), "pydantic decodes the values of this type"),
        (lambda: model(pydantic.SecretStr | None, None), "asterisks"),
        (lambda: model(Annotated[int, Field(gt=0)], -1), "refuses its own default"),
        (lambda: model(int, None), "refuses its own default"),
        (lambda: model(Colour, Colour.RED, use_enum_values=True), "validate_default=True"),
        (lambda: Numbers, "Numbers is not a schema"),
        (lambda: Box, "is not bound to a concrete type"),
        (lambda: Late, "a name that is not defined yet"),
        (with_own_init, "validate_by_name=True"),
        (lambda: model(Literal["a"] | Colour), "cannot be told apart"),
    ],
)
def test_a_schema_that_cannot_be_read_back_is_refused_where_it_is_defined(schema: Any, said: str) -> None:
    with pytest.raises(DefinitionError, match=said):
        entity_of(schema())


class Forgets(BaseModel):
    a: int = 0

    @pydantic.model_validator(mode="after")
    def _check(self) -> Any:
        assert self.a < 10


class Swaps(BaseModel):
    a: int = 0

    @pydantic.model_validator(mode="wrap")
    @classmethod
    def _swap(cls, value: Any, handler: Any) -> Any:
        handler(value)
        return Order(qty=1)


class Holds(BaseModel):
    inner: Forgets | None = None
    others: list[Swaps] = []


@pytest.mark.parametrize(("cls", "said"), [(Forgets, "one that returns None"), (Swaps, "returns another object")])
def test_a_validator_that_returns_no_object_of_the_class_is_named(cls: Any, said: str) -> None:
    expected = f"expected validators that return a {cls.__name__}, found .*{said}"
    with pytest.raises(ItemValidationError, match=expected):
        written(cls.model_construct(a=1))
    with pytest.raises(StoredItemError, match=expected):
        read(cls, {"a": {"N": "1"}})


def test_a_validator_that_returns_nothing_is_named_inside_another_model() -> None:
    with pytest.raises(ItemValidationError, match="inner: expected validators that return a Forgets"):
        written(Holds.model_construct(inner=Forgets.model_construct(a=1), others=[]))
    with pytest.raises(StoredItemError, match=r"others\[0\]: expected validators that return a Swaps"):
        read(Holds, {"others": {"L": [{"M": {"a": {"N": "1"}}}]}})


class Older(BaseModel):
    old: int = Field(0, deprecated=True, gt=-1)
    past: Annotated[str, deprecated("use none")] = "x"
    new: int = 0


class Oldest(BaseModel):
    older: Older = Older()
    must: Annotated[int, Field(deprecated="it goes")]


@pytest.mark.filterwarnings("error")
def test_deprecated_fields_are_fields_and_nobody_is_warned_of_the_library() -> None:
    item = Oldest(older=Older(old=3, past="y"), must=1)
    assert back(item) == item
    assert refused(Oldest.model_construct(older=Older.model_construct(old=-1, past="", new=0), must=1))
    assert updated(Oldest, {"older.old": 5, "must": 2}) == [{"N": "5"}, {"N": "2"}]
    assert "older.old: expected" in not_updated(Oldest, {"older.old": -5})
    assert entity_of(Oldest).__model__.decode(b'{"must":{"N":"1"}}', trusted=True) == Oldest(must=1)
    with pytest.raises(DefinitionError, match="default"):
        entity_of(pydantic.create_model("Bad", old=(int, Field("a", deprecated=True))))


WRONG_DEFAULTS: list[tuple[Any, Any]] = [
    (HttpUrl, "http://a"),
    (UUID, "6c84fb90-12c4-11e1-840d-7b25c5ee775a"),
    (Decimal, 1.5),
    (pydantic.IPvAnyAddress, "::1"),
    (Path, "x"),
    (datetime, "2025-01-01T00:00:00Z"),
    (int, "1"),
    (list[int], (1, 2)),
    (Prefs, {"roles": []}),
]


@pytest.mark.parametrize(("annotation", "default"), WRONG_DEFAULTS, ids=str)
def test_a_default_of_another_type_is_refused_unless_pydantic_looks_at_it(annotation: Any, default: Any) -> None:
    with pytest.raises(DefinitionError, match="its default does not fit"):
        entity_of(pydantic.create_model("Bad", x=(annotation, default)))
    config = ConfigDict(validate_default=True)
    good = pydantic.create_model("Good", x=(annotation, default), __config__=config)
    assert back(good()) == good()
    one = pydantic.create_model("One", x=(annotation, Field(default, validate_default=True)))
    assert back(one()) == one()

"""
What is written can be read: checked on classes that nobody thought of, of every library.

Whatever is accepted is read back as an equal object, and putting that back leaves the stored item as it was. Whatever
the class itself refuses is refused before anything is sent.
"""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from dynamo_document_builder import Entity, Put, Table, Update, UsageError, append
from tests.effort import more
from tests.properties.class_makers import CLASSES, LIBRARIES, NOTHING, Library, Spec

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLES = settings(
    max_examples=more(5),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


NUMBERS = st.integers(-(10**12), 10**12)
SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(st.characters(codec="utf-8"), max_size=5),
    int: NUMBERS,
    bool: st.booleans(),
    float: st.floats(-1e9, 1e9).map(lambda number: round(number, 4) + 0.0),
    Decimal: NUMBERS.map(lambda number: Decimal(number) / 100),
    bytes: st.binary(max_size=4),
    datetime: st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),
    Colour: st.sampled_from(Colour),
    Literal["x", "y"]: st.sampled_from(["x", "y"]),
}
NAMES = st.text("abc", min_size=1, max_size=3)


def of(hint: Any, values: st.SearchStrategy[Any], library: Library) -> list[tuple[Any, st.SearchStrategy[Any]]]:
    """Return a type, and what can be made of it."""
    made: list[tuple[Any, st.SearchStrategy[Any]]] = [
        (hint, values),
        (Union[hint, None], st.none() | values),  # noqa: UP007  made at run time
        (list[hint], st.lists(values, max_size=2)),
        (tuple[hint, int], st.tuples(values, NUMBERS)),
        (dict[str, hint], st.dictionaries(NAMES, values, max_size=2)),
        (dict[Colour, hint], st.dictionaries(st.sampled_from(Colour), values)),
    ]
    if hint in (str, int, bytes):
        # In a dictionary absence means that a key is missing, so that an empty set has no form there.
        made.append((set[hint], st.sets(values, min_size=int(library not in CLASSES), max_size=3)))
    return made


@st.composite
def specs(draw: st.DrawFn, library: Library, depth: int = 2) -> list[Spec]:
    """Generate the fields of a class, with classes inside."""
    found: list[Spec] = []
    for index in range(draw(st.integers(1, 4))):
        hint, values = draw(st.sampled_from(list(SCALARS.items())))
        inside = draw(st.sampled_from(["value", "value", "class", "union"])) if depth else "value"
        if inside == "class":
            hint, values = draw(nested(library, depth))
        elif inside == "union" and library in CLASSES:
            hint, values = draw(united(library, depth))
        hint, values = draw(st.sampled_from(of(hint, values, library)))
        found.append(with_default(draw, Spec(f"f{index}", hint, values)))
        found[-1].alias = draw(st.sampled_from([None, None, f"stored {index}"]))
    if library.checks:
        found.append(Spec("number", int, st.integers(1, 99), positive=True))
    return found


def with_default(draw: st.DrawFn, spec: Spec) -> Spec:
    how = draw(st.sampled_from(["none", "default", "factory"]))
    sample = draw(spec.values)
    if how == "default" and isinstance(sample, (str, int, float, Decimal, Colour)):
        spec.default = sample
    elif how == "factory":
        spec.factory = lambda: copy.deepcopy(sample)
    return spec


@st.composite
def nested(draw: st.DrawFn, library: Library, depth: int) -> tuple[Any, st.SearchStrategy[Any]]:
    """Generate a class inside another, of any library; a typed dictionary has no objects of others inside."""
    of_library = library if library not in CLASSES else draw(st.sampled_from(CLASSES))
    fields = draw(specs(of_library, depth - 1))
    cls = of_library.make(fields)
    return cls, objects(of_library, cls, fields)


@st.composite
def united(draw: st.DrawFn, library: Library, depth: int) -> tuple[Any, st.SearchStrategy[Any]]:
    """Generate a union of classes that a field tells apart."""
    members: list[Any] = []
    strategies: list[st.SearchStrategy[Any]] = []
    for tag in ("one", "other"):
        fields = [Spec("kind", Literal[tag], st.just(tag), default=tag), *draw(specs(library, depth - 1))]  # type: ignore[valid-type]  # made at run time
        cls = library.make(fields)
        members.append(cls)
        strategies.append(objects(library, cls, fields))
    return Union[tuple(members)], st.one_of(strategies)  # noqa: UP007  made at run time


def objects(library: Library, cls: Any, fields: list[Spec]) -> st.SearchStrategy[Any]:
    """Return a strategy for objects of a class, some fields of which are left to it."""

    @st.composite
    def build(draw: st.DrawFn) -> Any:
        given_ = {spec.name: draw(spec.values) for spec in fields if not spec.optional or draw(st.booleans())}
        return library.build(cls, given_)

    return build()


def entity_of(cls: Any) -> Entity[Any]:
    return Entity(cls, Table("table-t"), partition_key=lambda _: "p", sort_key=lambda _: "s", name="Made")


def written(entity: Entity[Any], item: Any) -> dict[str, Any]:
    stored: dict[str, Any] = entity.request(Put(item)).payload["Item"]
    return stored


def read(entity: Entity[Any], stored: Any) -> Any:
    return entity.__model__.decode(json.dumps(stored).encode())


def seen(value: Any) -> Any:
    """Return all that a value holds, with its types: what is equal here is equal in every way."""
    if isinstance(value, dict):
        return "dict", {name: seen(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value), [seen(one) for one in value]
    if isinstance(value, msgspec.Struct):
        return type(value), {name: seen(getattr(value, name)) for name in value.__struct_fields__}
    if hasattr(type(value), "__attrs_attrs__"):
        return type(value), {one.name: seen(getattr(value, one.name)) for one in type(value).__attrs_attrs__}
    if hasattr(value, "__dict__") and not isinstance(value, Enum):
        return type(value), {name: seen(one) for name, one in vars(value).items() if not name.startswith("__")}
    return type(value), value


@EXAMPLES
@pytest.mark.parametrize("library", LIBRARIES, ids=str)
@given(data=st.data())
def test_what_is_accepted_is_read_back_and_put_back_as_it_is(library: Library, data: st.DataObject) -> None:
    fields = data.draw(specs(library))
    cls = library.make(fields)
    entity, item = entity_of(cls), data.draw(objects(library, cls, fields))
    before = seen(item)
    stored = written(entity, item)
    again = read(entity, stored)
    assert seen(item) == before, "the object that was given is left alone"
    assert seen(again) == before
    assert written(entity, again) == stored


@EXAMPLES
@pytest.mark.parametrize("library", LIBRARIES, ids=str)
@given(data=st.data())
def test_what_is_not_stored_is_left_to_the_class_and_made_anew_each_time(library: Library, data: st.DataObject) -> None:
    fields = data.draw(specs(library, 1))
    cls = library.make(fields)
    entity = entity_of(cls)
    full = library.build(cls, {spec.name: data.draw(spec.values) for spec in fields})
    left_out = [spec for spec in fields if spec.optional and not absence_is_a_value(spec.hint)]
    assume(left_out)
    attributes = {spec.alias or spec.name for spec in left_out}
    stored = {name: value for name, value in written(entity, full).items() if name not in attributes}
    one, other = read(entity, stored), read(entity, stored)
    given_ = {spec.name: value_in(full, spec.name) for spec in fields if spec not in left_out}
    assert seen(one) == seen(library.build(cls, given_))
    for spec in left_out:
        if library in CLASSES and spec.factory and isinstance(value := value_in(one, spec.name), (list, dict)):
            assert value is not value_in(other, spec.name)


def absence_is_a_value(hint: Any) -> bool:
    return type(None) in get_args(hint) or get_origin(hint) is set


def value_in(item: Any, name: str) -> Any:
    return item[name] if isinstance(item, dict) else getattr(item, name)


@EXAMPLES
@pytest.mark.parametrize("library", [one for one in CLASSES if one.checks], ids=str)
@given(data=st.data())
def test_what_the_class_refuses_is_refused_before_it_is_sent(library: Library, data: st.DataObject) -> None:
    inner_fields = data.draw(specs(library, 0))
    inner = library.make(inner_fields)
    fields = [*data.draw(specs(library, 0)), Spec("sub", inner, NOTHING), Spec("subs", list[inner], NOTHING)]
    cls = library.make(fields)
    sub, other = data.draw(objects(library, inner, inner_fields)), data.draw(objects(library, inner, inner_fields))
    rest = {spec.name: data.draw(spec.values) for spec in fields if spec.values is not NOTHING}
    entity, item = entity_of(cls), library.build(cls, {**rest, "sub": sub, "subs": [other]})
    written(entity, item)
    places = [(item, "number"), (item.sub, "sub.number"), (item.subs[0], "subs[0].number")]
    bad, place = data.draw(st.sampled_from(places))
    spoil(bad, "number", -1)
    commands: list[Any] = [Put(item), Update({}, updates={place: -1})]
    commands += (
        [Update({}, updates={"sub": bad}), Update({}, updates={"subs": append([bad])})] if bad is not item else []
    )
    for command in commands:
        with pytest.raises(UsageError, match="number: expected") as refused:
            entity.request(command)
        assert "-1" not in str(refused.value)
    assert entity.request(Put(item, skip_validation=True)).operation == "PutItem"


def spoil(item: Any, name: str, value: Any) -> None:
    setter: Callable[..., None] = setattr if isinstance(item, msgspec.Struct) else object.__setattr__
    setter(item, name, value)

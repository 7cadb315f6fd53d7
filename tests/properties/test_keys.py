"""Keys as data, against models that know nothing of how keys are made."""

from __future__ import annotations

import operator
from enum import Enum
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, get_args
from uuid import UUID

from attrs import evolve
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from dynamo_document_builder import UsageError
from dynamo_document_builder.model.keys.templates.code import (
    ABSENT,
    TemplatedKey,
    attribute_writer,
    fields_writer,
    identity_check,
    key_writer,
    taken_of,
)
from dynamo_document_builder.model.keys.templates.collisions import collision
from dynamo_document_builder.model.keys.templates.ranges import Comparison, Range, compared, prefix
from dynamo_document_builder.model.keys.values import key_attribute
from dynamo_document_builder.wire.json.text import read_json
from tests.effort import examples
from tests.properties.key_things import (
    ALPHABET,
    CODEC,
    Thing,
    built,
    template_of,
    templates,
    things,
    values_of,
)

if TYPE_CHECKING:
    from dynamo_document_builder.model.keys.templates.template import Field, KeyTemplate

OPERATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
COMPARED = ("a", "b", "n", "m", "day", "at", "state", "ref")
TAKE = taken_of(is_dict=False)


@given(templates(), things)
@examples(50)
def test_what_is_built_is_read_back(template: KeyTemplate, thing: Thing) -> None:
    text = built(template, thing)
    assume(text is not None)
    assert text is not None
    assert template.parse(text) == {name: getattr(thing, name) for name in template.determined}
    assert template.fits(text)
    assert template.resembles(text)


@given(templates(sparse=True))
@examples(30)
def test_a_template_is_written_as_it_was_read(template: KeyTemplate) -> None:
    assert template_of(str(template), sparse=True) == template


@given(templates(), things, things, st.sets(st.sampled_from(list(CODEC.fields))))
@examples(50)
def test_two_inputs_never_give_one_key(template: KeyTemplate, one: Thing, other: Thing, shared: set[str]) -> None:
    other = evolve(other, **{name: getattr(one, name) for name in shared})
    first, second = built(template, one), built(template, other)
    assume(first is not None and second is not None)
    alike = [getattr(one, name) == getattr(other, name) for name in template.determined]
    if first == second:
        assert all(alike)
    elif template.determined == template.reads:
        assert not all(alike)


@given(templates(), st.text(ALPHABET + "0123456789-", max_size=12), templates(), things)
@examples(50)
def test_a_template_fits_what_it_builds_and_nothing_else(
    template: KeyTemplate, text: str, other: KeyTemplate, thing: Thing
) -> None:
    for candidate in (text, built(other, thing) or ""):
        found = template.parse(candidate)
        if found is not None:
            assert found.keys() == template.determined
            assert template.resembles(candidate)
            assert template.determined < template.reads or template.text(found) == candidate


@given(templates("a", "b", "n", "day", "kind"), templates("a", "b", "n", "day", "kind"), things)
@examples(50)
def test_templates_that_can_build_one_key_are_found(one: KeyTemplate, other: KeyTemplate, thing: Thing) -> None:
    shared, text = collision(one, other), built(one, thing)
    assert (shared is None) == (collision(other, one) is None)
    if text is not None and other.fits(text):
        assert shared is not None
    if shared is not None and all(token.name in "ab" and not token.spec for token in (*one.fields, *other.fields)):
        assert one.fits(shared)
        assert other.fits(shared)


def slowly(template: KeyTemplate, thing: Thing, limit: int) -> str | None:
    """Return a key as DynamoDB JSON, made with every check; `None` for none."""
    text = template.text(values_of(thing))
    return None if text is None else key_attribute(text, "K", limit)


@given(templates(sparse=True), things, st.sampled_from([4, 20, 1024, 2048]))
@examples(50)
def test_generated_code_writes_what_the_slow_way_writes(template: KeyTemplate, thing: Thing, limit: int) -> None:
    found = attribute_writer(TemplatedKey("K", template, limit), TAKE)(thing)
    if found is None:  # left to the slow way
        return
    assert slowly(template, thing, limit) == (None if found is ABSENT else found)


@given(templates(), templates(), things, st.sampled_from([4, 20, 1024]))
@examples(50)
def test_generated_code_writes_a_whole_key_or_leaves_it(
    one: KeyTemplate, other: KeyTemplate, thing: Thing, limit: int
) -> None:
    keys = [TemplatedKey("P'K\"{", one, limit), TemplatedKey("SK", other, limit)]
    found = key_writer(keys, TAKE)(thing)
    given = {name: getattr(thing, name) for name in one.reads | other.reads}
    assert fields_writer(keys)(given) == found
    assert fields_writer(keys)({**given, "more": 1}) is None
    if found is not None:
        wire = [slowly(template, thing, limit) for template in (one, other)]
        assert read_json(found) == dict(zip(("P'K\"{", "SK"), map(read_json, map(str, wire)), strict=True))


@given(templates(), things, things, st.booleans())
@examples(50)
def test_generated_code_tells_an_items_own_key(template: KeyTemplate, thing: Thing, other: Thing, is_own: bool) -> None:
    key = built(template, thing if is_own else other)
    assume(key is not None)
    stored = SimpleNamespace(k0=SimpleNamespace(S=key))
    if identity_check([TemplatedKey("K", template, 2048)], ["k0"], TAKE)(thing, stored):
        assert key == built(template, thing)


@given(st.sampled_from(["A#{a}", "{n:06d}|{day}", "{kind}#{ref}", "{state}_{at}", "{b:rest}"]), things)
@examples(20)
def test_usual_keys_need_no_slow_way(text: str, thing: Thing) -> None:
    usual = evolve(thing, a="abc", b="x#y", n=7)
    keys = [TemplatedKey("K", template_of(text), 2048)]
    assert key_writer(keys, TAKE)(usual) is not None
    stored = SimpleNamespace(k0=SimpleNamespace(S=built(keys[0].template, usual)))
    assert identity_check(keys, ["k0"], TAKE)(usual, stored)


# Ranges


def raw(text: str) -> bytes:
    return text.encode()


def lies(text: str, found: Range) -> bool:
    """Tell what DynamoDB tells: a range includes both ends, and text is compared by its bytes."""
    return (found.low is None or raw(found.low) <= raw(text)) and (found.high is None or raw(text) <= raw(found.high))


def field_of(template: KeyTemplate, name: str) -> Field:
    return next(one for one in template.fields if one.name == name)


def ordered(template: KeyTemplate, name: str, thing: Thing) -> Any:
    """Return what sorts as a field of an item does: its value, or the bytes of its text."""
    one, value = field_of(template, name), getattr(thing, name)
    return raw(one.text(value)) if one.spec or isinstance(value, Enum | str | UUID) else value


def leading_of(data: st.DataObject, template: KeyTemplate) -> list[str]:
    names = [one.name for one in template.fields]
    return names[: data.draw(st.integers(1, len(names)))]


@given(
    st.data(),
    templates(*COMPARED, is_once=True),
    st.lists(things, min_size=1, max_size=8),
    templates(),
    st.sampled_from(get_args(Comparison)),
)
@settings(examples(70), suppress_health_check=[HealthCheck.filter_too_much])  # many templates allow no comparison
def test_a_range_selects_exactly_what_is_meant(
    data: st.DataObject, template: KeyTemplate, stored: list[Thing], other: KeyTemplate, asked: Comparison
) -> None:
    assume(template.fields)
    *before, last = leading_of(data, template)
    chosen = data.draw(st.sampled_from(stored))
    if data.draw(st.booleans()):
        stored = [evolve(thing, **{name: getattr(chosen, name) for name in before}) for thing in stored]
    sought = evolve(chosen, **{last: getattr(data.draw(st.sampled_from(stored)), last)})
    try:
        question = compared(template, {name: getattr(sought, name) for name in (*before, last)})
    except UsageError:
        assume(condition=False)
    found = question.range(asked)
    for thing in stored:
        text = built(template, thing)
        if text is None:
            continue
        same = all(ordered(template, name, thing) == ordered(template, name, sought) for name in before)
        meant = same and OPERATORS[asked](ordered(template, last, thing), ordered(template, last, sought))
        note(f"{template} {asked} {text!r} {found}")
        assert lies(text, found) or not meant
        assert question.satisfies(text, asked) == meant
        assert not found.is_exact or lies(text, found) == meant
    for neighbour in filter(None, (built(other, thing) for thing in stored)):
        assert not lies(neighbour, found) or neighbour.startswith(question.head)
        assert template.resembles(neighbour) or not question.satisfies(neighbour, asked)


@given(templates("day", "ref", "at", is_once=True), things, st.sampled_from(get_args(Comparison)))
@examples(20)
def test_a_range_of_fixed_width_is_exact(template: KeyTemplate, thing: Thing, asked: Comparison) -> None:
    assume(template.fields)
    try:
        question = compared(template, {template.fields[0].name: getattr(thing, template.fields[0].name)})
    except UsageError:
        assume(condition=False)
    assert question.range(asked).is_exact


@given(st.data(), templates(*COMPARED, is_once=True), st.lists(things, min_size=1, max_size=8))
@examples(50)
def test_a_prefix_selects_exactly_what_is_meant(
    data: st.DataObject, template: KeyTemplate, stored: list[Thing]
) -> None:
    names = [one.name for one in template.fields]
    leading = names[: data.draw(st.integers(0, len(names)))]
    chosen = data.draw(st.sampled_from(stored))
    given = {name: getattr(chosen, name) for name in leading}
    begins = bool(leading) and isinstance(given[leading[-1]], str) and data.draw(st.booleans())
    if begins:
        given[leading[-1]] = given[leading[-1]][: data.draw(st.integers(0, 2))]
    try:
        found = prefix(template, given, begins=begins)
    except UsageError:
        assume(condition=False)
    assert found.is_whole == (len(leading) == len(names) and not begins)
    for thing in stored:
        text = built(template, thing)
        if text is None:
            continue
        exact = leading[:-1] if begins else leading
        meant = all(ordered(template, name, thing) == ordered(template, name, chosen) for name in exact)
        if begins:
            one = field_of(template, leading[-1])
            wanted = one.text(given[one.name]) if given[one.name] else ""
            meant = meant and one.text(getattr(thing, one.name)).startswith(wanted)
        assert (text == found.text if found.is_whole else text.startswith(found.text)) == meant

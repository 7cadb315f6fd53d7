"""Two templates that can build one key are found, with the key."""

import pytest
from attrs import frozen

from dynamo_document_builder import Entity, Table
from dynamo_document_builder.model.keys.templates.collisions import collision
from tests.unit.model.keys.things import template


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("USER#{a}", "ORDER#{a}"),
        ("USER#{a}", "USER#{a}#ORDER#{b}"),
        ("META", "META#{a}"),
        ("A#{day}", "A#{n:04d}"),
        ("A#{n:04d}", "A#{n:05d}"),
        ("A#{state}", "A#{n:02d}"),
        ("{n:number}", "{a}"),
        ("A{ref}", "A{day}"),
    ],
)
def test_templates_that_differ_never_build_one_key(one: str, other: str) -> None:
    assert collision(template(one), template(other)) is None
    assert collision(template(other), template(one)) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("USER#{a}", "USER#{b}"),
        ("USER#{a}", "USER#META"),
        ("USER#{a:rest}", "USER#{a}#ORDER#{b}"),
        ("A#{a}", "A#{day}"),
        ("A#{a}|x", "{b:rest}"),
        ("A#{n:04d}", "A#{a}"),
        ("A#{kind}", "A#p"),
        ("{a} {b}", "{state}"),
        ("{n:number}", "{cost:number}"),
        ("META", "META"),
    ],
)
def test_a_key_that_both_build_is_shown(one: str, other: str) -> None:
    for first, second in ((one, other), (other, one)):
        shared = collision(template(first), template(second))
        assert shared is not None
        assert template(first).resembles(shared)
        assert template(second).resembles(shared)


@frozen
class Doc:
    doc_id: str
    name: str = "x"


def test_a_table_is_asked_for_the_collisions_of_its_entities() -> None:
    table = Table("collisions-of-its-own")
    made = {
        name: Entity(Doc, table, partition_key=partition, sort_key=sort, name=name)
        for name, partition, sort in (
            ("One", "D#{doc_id}", "META"),
            ("Two", "D#{name}", "META"),
            ("Three", "D#{doc_id}", "NAME#{name}"),
        )
    }
    [found] = table.check_keys()
    assert found.startswith("One and Two can both build the key PK='D#")
    assert found.endswith("SK='META': an item of one replaces an item of the other")
    assert table.check_keys(made["One"], made["Three"]) == ()


def test_a_key_that_a_function_builds_cannot_be_compared() -> None:
    table = Table("more-collisions")
    same = [
        Entity(Doc, table, partition_key=lambda d: d.doc_id.title(), sort_key="META", name=name) for name in ("A", "B")
    ]
    assert [found.partition(": ")[0] for found in table.check_keys(*same)] == [
        "A cannot be compared",
        "B cannot be compared",
    ]

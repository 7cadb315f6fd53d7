"""What an entity, a table or an index cannot be is said where it is defined."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    DefinitionError,
    Entity,
    GlobalIndex,
    IndexKeys,
    LocalIndex,
    Put,
    Table,
    computed,
    stored,
)
from tests.unit.things import table


@frozen
class Thing:
    thing_id: str
    PK: str = ""
    maybe: str | None = None
    flag: bool = False


@frozen
class Plain:
    plain_id: str
    name: str = "x"


def defined(schema: Any, on: Table, **options: Any) -> Entity[Any]:
    return Entity(schema, on, **options)


def builder(item: Any) -> str:
    return str(item.plain_id)


INDEXED = Table(
    "indexed",
    global_secondary_indexes={
        "GSI1": GlobalIndex(partition_key="G1"),
        "GSI2": {"partition_key": "G2", "sort_key": "G2S"},
    },
    local_secondary_indexes={"LSI1": LocalIndex(sort_key="L1")},
)
BOTH: dict[str, Any] = {"partition_key": builder, "sort_key": lambda _: "S"}


@pytest.mark.parametrize(
    ("schema", "on", "options", "text"),
    [
        (Plain, table, {}, "no field stored as 'PK': give partition_key= a template"),
        (Plain, table, {"partition_key": builder}, "no field stored as 'SK'"),
        (
            Thing,
            table,
            {"partition_key": lambda _: "x", "sort_key": lambda _: "y"},
            "field 'PK' is stored as 'PK', which partition_key= writes too",
        ),
        (Plain, Table("table-t", partition_key="plain_id", sort_key=None), {"sort_key": builder}, "has no sort key"),
        (
            Thing,
            Table("table-t", partition_key="thing_id", sort_key="maybe"),
            {},
            "'maybe' is part of the key, so it cannot be optional",
        ),
        (
            Thing,
            Table("table-t", partition_key="thing_id", sort_key="flag"),
            {},
            "'flag' is part of a key, so all its values must be text",
        ),
        (
            Plain,
            table,
            {"partition_key": 5, "sort_key": builder},
            r"partition_key= is a template such as .*, a function over the item, or computed\(...\), not int",
        ),
        (
            Plain,
            table,
            {"partition_key": "P#{plain}", "sort_key": "S"},
            "{plain} is not a field",
        ),
        (
            Plain,
            table,
            {"partition_key": lambda p: p.plain, "sort_key": "S"},
            "reads 'plain', which Plain",
        ),
        (
            Plain,
            table,
            {"partition_key": computed(builder, reads=["plain"]), "sort_key": "S"},
            "names 'plain', which is not a field",
        ),
        (
            Thing,
            Table("table-t", partition_key="K"),
            {"partition_key": "{maybe}", "sort_key": "S"},
            "'maybe' is part of the key, so it cannot be optional",
        ),
        (Plain, INDEXED, {**BOTH, "global_secondary_indexes": {"GSI9": {}}}, "declares no global index 'GSI9'"),
        (Plain, INDEXED, {**BOTH, "local_secondary_indexes": {"GSI1": {}}}, "declares no local index 'GSI1'"),
        (
            Plain,
            INDEXED,
            {**BOTH, "global_secondary_indexes": {"GSI1": {"partition_key": builder, "sort_key": builder}}},
            "index 'GSI1' has no sort key: leave its sort_key= out",
        ),
        (Plain, INDEXED, {**BOTH, "global_secondary_indexes": {"GSI1": {}}}, "no field stored as 'G1'"),
        (
            Plain,
            INDEXED,
            {**BOTH, "global_secondary_indexes": {"GSI1": {"pk": builder}}},
            "must be an IndexKeys or a mapping",
        ),
        (
            Plain,
            INDEXED,
            {**BOTH, "local_secondary_indexes": {"LSI1": {"partition_key": builder, "sort_key": builder}}},
            "leave its partition_key out",
        ),
        (dict, table, BOTH, "dict is not a schema: use a class of attrs"),
        (Plain("x"), table, BOTH, "a schema is a class of attrs.*Plain"),
    ],
)
def test_what_cannot_work_is_refused_where_it_is_defined(schema: Any, on: Any, options: Any, text: str) -> None:
    with pytest.raises(DefinitionError, match=text):
        defined(schema, on, **options)


@pytest.mark.parametrize("wrong", ["app", None, 5, Table])
def test_an_entity_is_bound_to_a_table(wrong: Any) -> None:
    with pytest.raises(DefinitionError, match="bound to a Table"):
        defined(Plain, wrong)


ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/app"


@pytest.mark.parametrize(
    "name", [ARN, ARN.replace("aws", "aws-cn"), ARN.replace("eu-west-1", "ddblocal"), ARN.replace("app", "my.app_1-2")]
)
def test_a_table_may_be_named_by_its_arn(name: str) -> None:
    assert Table(name).__resource__ == name.rpartition("/")[2]


@pytest.mark.parametrize(
    "name",
    [
        "arn:",
        ARN + "/index/GSI1",
        ARN + "/stream/2020-01-01T00:00:00.000",
        ARN.replace("table/app", "table/"),
        ARN.replace("table/app", "app"),
        ARN.replace("table/", "global-table/"),
        ARN.replace("dynamodb", "s3"),
        ARN.replace("123456789012", ""),
        ARN.replace("eu-west-1", ""),
        ARN.replace("app", "a b"),
        ARN.replace("app", "é"),
        ARN.replace("app", 'a"b'),
        ARN + ":x",
    ],
)
def test_what_is_no_arn_of_a_table_is_refused(name: str) -> None:
    with pytest.raises(DefinitionError, match="is not a table name: 3 to 255 letters"):
        Table(name)


@pytest.mark.parametrize("name", ["", "a b", "a/b", "x" * 256, "é", 5, None, "arn:has space"])
def test_what_is_no_table_name_is_refused(name: Any) -> None:
    with pytest.raises(DefinitionError, match="is not a table name"):
        Table(name)


@pytest.mark.parametrize(("partition", "sort"), [("", "SK"), ("PK", ""), ("PK", "PK")])
def test_a_table_has_two_different_key_attributes(partition: str, sort: str) -> None:
    with pytest.raises(DefinitionError, match="two different attribute names"):
        Table("table-t", partition_key=partition, sort_key=sort)


@pytest.mark.parametrize("index", [{}, {"sort_key": "x"}, {"partition_key": "x", "more": 1}, None, "x"])
def test_what_is_no_index_is_refused(index: Any) -> None:
    with pytest.raises(DefinitionError, match="index 'GSI1'"):
        Table("table-t", global_secondary_indexes={"GSI1": index})


def test_two_builders_for_one_attribute_are_refused() -> None:
    shared = Table("table-s", global_secondary_indexes={"ALL": {"partition_key": "X"}, "BOTH": {"partition_key": "X"}})
    with pytest.raises(DefinitionError, match="'X' is built in two ways"):
        defined(
            Plain,
            shared,
            **BOTH,
            global_secondary_indexes={
                "ALL": {"partition_key": lambda _: "a"},
                "BOTH": {"partition_key": lambda _: "b"},
            },
        )
    same = IndexKeys(partition_key=builder)
    assert defined(Plain, shared, **BOTH, global_secondary_indexes={"ALL": same, "BOTH": same})


def test_an_index_may_use_the_tables_own_key_attributes() -> None:
    inverted = Table("table-i", global_secondary_indexes={"INV": {"partition_key": "SK", "sort_key": "PK"}})
    entity = defined(Plain, inverted, **BOTH, global_secondary_indexes={"INV": {}})
    assert sorted(entity.request(Put(Plain("p"))).payload["Item"]) == ["PK", "SK", "name", "plain_id"]


def test_an_index_may_use_a_field_of_the_schema() -> None:
    by_name = Table("table-n", global_secondary_indexes={"NAME": {"partition_key": "name"}})
    entity = defined(Plain, by_name, **BOTH, global_secondary_indexes={"NAME": {}})
    assert entity.request(Put(Plain("p"))).payload["Item"]["name"] == {"S": "x"}


def test_an_alias_decides_what_a_field_collides_with() -> None:
    @frozen
    class Aliased:
        plain_id: str
        PK: str = field(default="", metadata=stored(alias="pk_"))

    entity = defined(Aliased, table, **BOTH)
    assert entity.request(Put(Aliased("p"))).payload["Item"]["PK"] == {"S": "p"}


def test_an_entity_has_the_name_of_its_schema_or_its_own() -> None:
    assert defined(Plain, table, **BOTH).name == "Plain"
    assert defined(Plain, table, **BOTH, name="Simple").name == "Simple"


def test_definitions_are_kept_as_they_were_given() -> None:
    declared = {"GSI1": {"partition_key": "G1"}}
    made = Table("table-t", global_secondary_indexes=declared)  # type: ignore[arg-type]
    declared["GSI2"] = {"partition_key": "G2"}
    assert list(made.global_secondary_indexes) == ["GSI1"]


@pytest.mark.parametrize("name", ["ab", "t", "x" * 256, "a" * 255 + "/", "arn:"])
def test_a_table_name_has_three_to_255_letters(name: str) -> None:
    with pytest.raises(DefinitionError, match="is not a table name: 3 to 255 letters"):
        Table(name)
    assert Table("abc").name == "abc"
    assert len(Table("x" * 255).name) == 255


def indexed(count: int, **index: Any) -> dict[str, Any]:
    return {f"INDEX-{n}": {"partition_key": "X", **index} for n in range(count)}


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"global_secondary_indexes": {"AB": {"partition_key": "X"}}}, "index 'AB': its name has 3 to 255 letters"),
        ({"local_secondary_indexes": {"a b c": {"sort_key": "X"}}}, "index 'a b c': its name has 3 to 255 letters"),
        ({"global_secondary_indexes": {"x" * 256: {"partition_key": "X"}}}, "its name has 3 to 255 letters"),
        (
            {"local_secondary_indexes": {f"LSI-{n}": {"sort_key": "X"} for n in range(6)}},
            "it has 6 local secondary indexes; DynamoDB allows 5",
        ),
        (
            {"global_secondary_indexes": indexed(1, projection=[f"a{n}" for n in range(21)])},
            "index 'INDEX-0': it copies 21 attributes in addition to the keys; DynamoDB allows 20",
        ),
        (
            {"global_secondary_indexes": indexed(6, projection=[f"a{n}" for n in range(17)])},
            "its indexes copy 102 attributes in addition to the keys; DynamoDB allows 100 in all",
        ),
        ({"partition_key": "k" * 256}, "the name of an attribute has 256 bytes; DynamoDB allows 255"),
        ({"sort_key": "é" * 128}, "the name of an attribute has 256 bytes; DynamoDB allows 255"),
        ({"global_secondary_indexes": indexed(1, sort_key="k" * 256)}, "index 'INDEX-0': the name of an attribute"),
        ({"global_secondary_indexes": indexed(1, projection=["k" * 256])}, "index 'INDEX-0': the name of an attribute"),
    ],
)
def test_a_table_that_dynamodb_would_not_make_is_refused(options: dict[str, Any], text: str) -> None:
    with pytest.raises(DefinitionError, match=text):
        Table("app", **options)


def test_as_many_indexes_as_dynamodb_allows_are_taken() -> None:
    table = Table(
        "app",
        partition_key="k" * 255,
        global_secondary_indexes=indexed(20, projection=[f"a{n}" for n in range(4)]),
        local_secondary_indexes={f"LSI-{n}": {"sort_key": "X"} for n in range(5)},
    )
    assert len(table.global_secondary_indexes) == 20

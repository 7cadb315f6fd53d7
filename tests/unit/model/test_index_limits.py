"""What DynamoDB would not make is refused where a table is defined."""

from __future__ import annotations

from typing import Any

import pytest

from dynamo_document_builder import Database, DefinitionError, GlobalIndex, LocalIndex, Table


def global_ones(count: int, **more: Any) -> dict[str, GlobalIndex]:
    return {f"GSI{number}": GlobalIndex(partition_key=f"G{number}", **more) for number in range(count)}


def local_ones(count: int, **more: Any) -> dict[str, LocalIndex]:
    return {f"LSI{number}": LocalIndex(sort_key=f"L{number}", **more) for number in range(count)}


def named(count: int, letter: str = "a") -> list[str]:
    return [f"{letter}{number}" for number in range(count)]


@pytest.mark.parametrize("name", ["abc", "a-b", "a.b", "A_1", "x" * 255])
def test_names_of_three_characters_and_more_are_taken(name: str) -> None:
    assert Table(name).name == name
    table = Table("app", global_secondary_indexes={name: {"partition_key": "G"}})
    assert list(table.global_secondary_indexes) == [name]


@pytest.mark.parametrize("name", ["", "a", "ab", "a b", "é" * 3, "x" * 256, "a/b", "arn:aws:dynamodb:r:1:table/app"])
def test_what_cannot_be_the_name_of_an_index_is_refused(name: str) -> None:
    says = "its name has 3 to 255 letters, digits"
    with pytest.raises(DefinitionError, match=says):
        Table("app", global_secondary_indexes={name: {"partition_key": "G"}})
    with pytest.raises(DefinitionError, match=says):
        Table("app", local_secondary_indexes={name: {"sort_key": "L"}})


def test_an_account_has_twenty_global_indexes_unless_its_quota_was_raised() -> None:
    assert Table("app", global_secondary_indexes=global_ones(20))
    with pytest.raises(DefinitionError, match=r"21 global .*; DynamoDB allows 20: .*max_global_indexes="):
        Table("app", global_secondary_indexes=global_ones(21))
    assert Table("app", global_secondary_indexes=global_ones(21), max_global_indexes=21)
    assert Database().table("app", global_secondary_indexes=global_ones(30), max_global_indexes=30)
    with pytest.raises(DefinitionError, match="31 global secondary indexes; DynamoDB allows 30"):
        Database().table("app", global_secondary_indexes=global_ones(31), max_global_indexes=30)


def test_a_table_has_five_local_indexes() -> None:
    assert Table("app", local_secondary_indexes=local_ones(5))
    with pytest.raises(DefinitionError, match="6 local secondary indexes; DynamoDB allows 5"):
        Table("app", local_secondary_indexes=local_ones(6), max_global_indexes=100)


def test_an_index_copies_twenty_attributes_by_name() -> None:
    assert Table("app", global_secondary_indexes=global_ones(1, projection=named(20)))
    for indexes in (global_ones(1, projection=named(21)), local_ones(1, projection=named(21))):
        kind = "global" if "GSI0" in indexes else "local"
        with pytest.raises(DefinitionError, match=r"SI0': it copies 21 attributes in addition to the keys"):
            Table("app", **{f"{kind}_secondary_indexes": indexes})  # type: ignore[arg-type]


def test_all_indexes_together_copy_a_hundred_attributes_by_name() -> None:
    twenty: Any = {"projection": named(20)}
    assert Table(
        "app", global_secondary_indexes=global_ones(3, **twenty), local_secondary_indexes=local_ones(2, **twenty)
    )
    with pytest.raises(DefinitionError, match="copy 120 attributes in addition to the keys"):
        Table("app", global_secondary_indexes=global_ones(3, **twenty), local_secondary_indexes=local_ones(3, **twenty))
    every = {**global_ones(9, **twenty)}
    with pytest.raises(DefinitionError, match="copy 180 attributes in addition to the keys"):
        Table("app", global_secondary_indexes=every)
    assert Table("app", global_secondary_indexes=global_ones(20, projection="ALL"))


def test_names_of_keys_and_of_what_is_copied_have_255_bytes() -> None:
    fits, long = "é" * 127 + "x", "é" * 128
    assert Table("app", global_secondary_indexes={"GSI1": {"partition_key": fits, "projection": [fits + ""]}})
    for index in (
        {"partition_key": long},
        {"partition_key": "G", "sort_key": long},
        {"partition_key": "G", "projection": [long]},
    ):
        with pytest.raises(
            DefinitionError, match="index 'GSI1': the name of an attribute has 256 bytes; DynamoDB allows 255"
        ):
            Table("app", global_secondary_indexes={"GSI1": index})  # type: ignore[dict-item]
    with pytest.raises(DefinitionError, match="the name of an attribute has 256 bytes"):
        Table("app", local_secondary_indexes={"LSI1": {"sort_key": long}})


def test_local_indexes_need_a_sort_key_and_names_of_their_own() -> None:
    with pytest.raises(DefinitionError, match="local indexes and no sort key"):
        Table("app", sort_key=None, local_secondary_indexes=local_ones(1))
    with pytest.raises(DefinitionError, match="two indexes are named 'INDEX'"):
        Table(
            "app",
            global_secondary_indexes={"INDEX": {"partition_key": "G"}},
            local_secondary_indexes={"INDEX": {"sort_key": "L"}},
        )


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(DefinitionError, match=r"21 global .*6 local .*index 'x': its name has"):
        Table(
            "app",
            global_secondary_indexes={**global_ones(20), "x": GlobalIndex(partition_key="G")},
            local_secondary_indexes=local_ones(6),
        )

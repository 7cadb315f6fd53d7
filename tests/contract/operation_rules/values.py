"""Rules of attribute values, keys and sizes, which hold of every write."""

from __future__ import annotations

from typing import Any, Final

from tests.contract.operation_rules.case import GUIDE, KEY, SERIALIZATION, TEXT, Case, Rules

_types = Rules(GUIDE + "HowItWorks.NamingRulesDataTypes.html", "PutItem")
_limits = Rules(GUIDE + "Constraints.html", "PutItem")


def holding(value: Any) -> dict[str, Any]:
    return {"Item": {**KEY, "crown": value}}


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {"S": "leaf"}
    for _ in range(levels):
        value = {"L": [value]}
    return value


VALUES: Final[tuple[Case, ...]] = (
    _types.taken("empty text", **holding({"S": ""})),
    _types.taken("empty bytes", **holding({"B": ""})),
    _types.taken("an empty list", **holding({"L": []})),
    _types.taken("an empty map", **holding({"M": {}})),
    _types.taken("a map with every type", **holding({"M": {"a": {"NULL": True}, "b": {"BOOL": False}, "c": TEXT}})),
    _types.taken("a set of empty text", **holding({"SS": [""]})),
    _types.taken("a list of lists", **holding({"L": [{"L": []}, {"N": "1"}]})),
    _types.refused("a value of no type", **holding({})),
    _types.refused("a value of two types", **holding({"S": "a", "N": "1"})),
    _types.refused("a value of a type that there is not", **holding({"TEXT": "a"})),
    _types.refused("a NULL that is false", **holding({"NULL": False})),
    _types.refused("an empty set of text", **holding({"SS": []})),
    _types.refused("an empty set of numbers", **holding({"NS": []})),
    _types.refused("an empty set of bytes", **holding({"BS": []})),
    _types.refused("a set with equal text", **holding({"SS": ["a", "a"]})),
    _types.refused("a set with equal numbers", **holding({"NS": ["1", "1"]})),
    _types.refused("a set with equal numbers, spelled in two ways", **holding({"NS": ["1", "1.0"]})),
    _types.refused("a set with equal bytes", **holding({"BS": ["b2Fr", "b2Fr"]})),
    _types.refused("an empty set inside a map", **holding({"M": {"a": {"SS": []}}})),
    _types.refused("a value of no type inside a list", **holding({"L": [{}]})),
    _types.refused("text in place of a map", SERIALIZATION, **holding("a")),
    _types.refused("a number as a number of JSON", SERIALIZATION, **holding({"N": 1})),
    _types.refused("text as a number of JSON", SERIALIZATION, **holding({"S": 1})),
    _types.refused("a flag as text", SERIALIZATION, **holding({"BOOL": "true"})),
    _types.refused("a list as a map", SERIALIZATION, **holding({"L": {}})),
    _types.refused("a map as a list", SERIALIZATION, **holding({"M": []})),
    _types.refused("a set as text", SERIALIZATION, **holding({"SS": "a"})),
    _types.refused("bytes that are not base64", SERIALIZATION, **holding({"B": "?"})),
    _types.taken("a number of 38 digits", **holding({"N": "1" * 38})),
    _types.taken("a number with an exponent", **holding({"N": "1e10"})),
    _types.taken("the largest magnitude", **holding({"N": "9.9E125"})),
    _types.taken("the smallest magnitude", **holding({"N": "1E-130"})),
    _types.taken("zeros beyond 38 digits", **holding({"N": "1" + "0" * 60})),
    _types.refused("a number of 39 digits", **holding({"N": "1" * 39})),
    _types.refused("a magnitude too large", **holding({"N": "1E126"})),
    _types.refused("a magnitude too small", **holding({"N": "1E-131"})),
    _types.refused("a number that is empty", **holding({"N": ""})),
    _types.refused("a number that is a word", **holding({"N": "three"})),
    _types.refused("a number that is not finite", **holding({"N": "Infinity"})),
    _types.refused("a number that is NaN", **holding({"N": "NaN"})),
    _limits.taken("32 levels", **holding(nested(31))),
    _limits.refused("33 levels", **holding(nested(32))),
    _limits.taken("a partition key of 2048 bytes", Item={**KEY, "grove": {"S": "a" * 2048}}),
    _limits.refused("a partition key of 2049 bytes", Item={**KEY, "grove": {"S": "a" * 2049}}),
    _limits.taken("a sort key of 1024 bytes", Item={**KEY, "tree": {"S": "a" * 1024}}),
    _limits.refused("a sort key of 1025 bytes", Item={**KEY, "tree": {"S": "a" * 1025}}),
    _limits.taken("an item of 400 KB", Item={**KEY, "x": {"S": "a" * (400 * 1024 - 14)}}),
    _limits.refused("an item of 400 KB and a byte", Item={**KEY, "x": {"S": "a" * (400 * 1024 - 13)}}),
)

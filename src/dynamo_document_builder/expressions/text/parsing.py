"""Reading expressions that are written in DynamoDB's own language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.expressions.builders.operands import Operand
from dynamo_document_builder.expressions.text.conditions import Conditions, KeyConditions
from dynamo_document_builder.expressions.text.key_rules import check_key_condition
from dynamo_document_builder.expressions.text.placeholders import names_from, values_from
from dynamo_document_builder.expressions.text.reader import Reader
from dynamo_document_builder.expressions.text.tokens import syntax_error
from dynamo_document_builder.expressions.text.updates import Updates
from dynamo_document_builder.expressions.tree.overlaps import overlaps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamo_document_builder.expressions.text.placeholders import ValueForm
    from dynamo_document_builder.expressions.tree.changes import Change
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.expressions.tree.paths import Path


def condition_from_text(
    text: str,
    *,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Any] | None = None,
    values_as: ValueForm | None = None,
) -> Condition:
    """
    Read a condition or a filter that is written in DynamoDB's own language.

    `names` and `values` say what its placeholders stand for. `values_as` says how the values are written:

    - `"python"`: as Python values of the fields' own types.
    - `"dynamodb"`: in DynamoDB JSON, such as `{"N": "100"}`.
    - `"json"`: in plain JSON, as `to_jsonable` writes it: a moment is its ISO text.

    By default the values are Python values, or all of them DynamoDB JSON. A mapping that could be either is refused.

    Raises:
        ExpressionSyntaxError: the text cannot be read; the error shows the place.
        UsageError: names or values are not what they should be.

    Example:
        >>> rich = condition_from_text(
        ...     "balance >= :min AND attribute_not_exists(#m)", names={"#m": "email"}, values={":min": 100}
        ... )
        >>> rich == users.where(lambda u: (u.balance >= 100) & not_exists(u.email))
        True

    """
    return Conditions(Reader(text, names_from(names), values_from(values, values_as))).whole()


def key_condition_from_text(
    text: str,
    *,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Any] | None = None,
    values_as: ValueForm | None = None,
    partition_key: str | Sequence[str] | None = None,
    sort_key: str | Sequence[str] | None = None,
) -> Condition:
    """
    Read a key condition: what the partition key equals, and at most one comparison of the sort key.

    `partition_key` and `sort_key` name the attributes of the table or index. An index may have several of each.
    By default any one or two attributes are taken for the key, of which at least one is compared with `=`.
    `names`, `values` and `values_as` are those of `condition_from_text`.

    Raises:
        ExpressionSyntaxError: the text cannot be read, or asks more than DynamoDB does of keys.
        UsageError: names or values are not what they should be.

    Example:
        >>> asked = key_condition_from_text("PK = :pk AND begins_with(SK, :sk)", values={":pk": "a", ":sk": "b"})
        >>> condition_to_text(asked).names
        {'#0': 'PK', '#1': 'SK'}

    """
    condition = KeyConditions(Reader(text, names_from(names), values_from(values, values_as))).whole()
    check_key_condition(text, condition, partition_key, sort_key)
    return condition


def projection_from_text(text: str, *, names: Mapping[str, str] | None = None) -> tuple[Operand, ...]:
    """
    Read a projection; what it gives is a `projection=` of any read.

    Example:
        >>> wanted = projection_from_text("#n, balance", names={"#n": "name"})
        >>> users.send(Get({"user_id": "u1"}, projection=wanted)).item
        {'name': 'Alice', 'balance': 100}

    Raises:
        ExpressionSyntaxError: it cannot be read; the error shows the place.

    """
    reader = Reader(text, names_from(names), {})
    paths: list[Path] = reader.listed(reader.path)
    reader.end("a comma or the end")
    for problem in overlaps((path.segments for path in paths), "is read", "DynamoDB takes each path once"):
        raise syntax_error(text, 0, problem)
    return tuple(map(Operand, paths))


def updates_from_text(
    text: str,
    *,
    names: Mapping[str, str] | None = None,
    values: Mapping[str, Any] | None = None,
    values_as: ValueForm | None = None,
) -> tuple[Change, ...]:
    """
    Read an update; what it gives is the `updates=` of an `Update`.

    `names`, `values` and `values_as` are those of `condition_from_text`.

    Raises:
        ExpressionSyntaxError: the text cannot be read; the error shows the place.
        UsageError: names or values are not what they should be.

    Example:
        >>> debit = updates_from_text("SET balance = balance - :n REMOVE email", values={":n": 30})
        >>> users.send(Update({"user_id": "u1"}, updates=debit, return_values="ALL_NEW")).updated_item
        User(user_id='u1', name='Alice', balance=70)

    """
    return Updates(Reader(text, names_from(names), values_from(values, values_as))).whole()

"""Functions that parse expressions in DynamoDB's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.expressions.builders.operands import Operand
from dynamo_document_builder.expressions.text.condition_parser import ConditionParser, KeyConditionParser
from dynamo_document_builder.expressions.text.key_rules import check_key_condition
from dynamo_document_builder.expressions.text.placeholders import names_from, values_from
from dynamo_document_builder.expressions.text.reader import Reader
from dynamo_document_builder.expressions.text.tokens import syntax_error
from dynamo_document_builder.expressions.text.update_parser import UpdateParser
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
    Parse a condition or a filter in DynamoDB's language.

    `names` and `values` define the placeholders. `values_as` is the form of the values:

    - `"python"`: Python values of the types of the fields.
    - `"dynamodb"`: DynamoDB JSON, such as `{"N": "100"}`.
    - `"json"`: plain JSON, as `to_jsonable` writes it. A `datetime` is ISO text.

    By default, the values are DynamoDB JSON if all of them look like it, and Python values otherwise. A mapping that
    could be either is refused.

    Raises:
        ExpressionSyntaxError: the text cannot be parsed; the error shows the position.
        UsageError: names or values are not valid.

    Example:
        >>> rich = condition_from_text(
        ...     "balance >= :min AND attribute_not_exists(#m)", names={"#m": "email"}, values={":min": 100}
        ... )
        >>> rich == users.where(lambda u: (u.balance >= 100) & not_exists(u.email))
        True

    """
    return ConditionParser(Reader(text, names_from(names), values_from(values, values_as))).parse()


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
    Parse a key condition: `=` for the partition key, and at most one comparison of the sort key.

    `partition_key` and `sort_key` name the key attributes of the table or index. An index can have several of each.
    By default, the names of the attributes are not checked; one or two are allowed, and one must be compared with `=`.
    `names`, `values` and `values_as` are those of `condition_from_text`.

    Raises:
        ExpressionSyntaxError: the text cannot be parsed, or is not allowed as a key condition.
        UsageError: names or values are not valid.

    Example:
        >>> condition = key_condition_from_text("PK = :pk AND begins_with(SK, :sk)", values={":pk": "a", ":sk": "b"})
        >>> condition_to_text(condition).names
        {'#0': 'PK', '#1': 'SK'}

    """
    condition = KeyConditionParser(Reader(text, names_from(names), values_from(values, values_as))).parse()
    check_key_condition(text, condition, partition_key, sort_key)
    return condition


def projection_from_text(text: str, *, names: Mapping[str, str] | None = None) -> tuple[Operand, ...]:
    """
    Parse a projection. Pass the result as `projection=` of any read.

    Example:
        >>> projection = projection_from_text("#n, balance", names={"#n": "name"})
        >>> users.send(Get({"user_id": "u1"}, projection=projection)).item
        {'name': 'Alice', 'balance': 100}

    Raises:
        ExpressionSyntaxError: the text cannot be parsed; the error shows the position.
        UsageError: names are not valid.

    """
    reader = Reader(text, names_from(names), {})
    paths: list[Path] = reader.comma_separated(reader.path)
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
    Parse an update expression. Pass the result as `updates=` of an `Update`.

    `names`, `values` and `values_as` are those of `condition_from_text`.

    Raises:
        ExpressionSyntaxError: the text cannot be parsed; the error shows the position.
        UsageError: names or values are not valid.

    Example:
        >>> debit = updates_from_text("SET balance = balance - :n REMOVE email", values={":n": 30})
        >>> users.send(Update({"user_id": "u1"}, updates=debit, return_values="ALL_NEW")).updated_item
        User(user_id='u1', name='Alice', balance=70)

    """
    return UpdateParser(Reader(text, names_from(names), values_from(values, values_as))).parse()

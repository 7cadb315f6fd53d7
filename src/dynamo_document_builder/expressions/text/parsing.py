"""Reading expressions that are written in DynamoDB's own language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.expressions.conditions import And, BeginsWith, Between, Comparison, Condition
from dynamo_document_builder.expressions.operands import Operand
from dynamo_document_builder.expressions.paths import NODES, Path
from dynamo_document_builder.expressions.text.conditions import Conditions, KeyConditions
from dynamo_document_builder.expressions.text.placeholders import names_from, values_from
from dynamo_document_builder.expressions.text.reader import Reader
from dynamo_document_builder.expressions.text.tokens import unreadable
from dynamo_document_builder.expressions.text.updates import Updates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.expressions.changes import Change


def condition_from_text(
    text: str, *, names: Mapping[str, str] | None = None, values: Mapping[str, Any] | None = None
) -> Condition:
    """
    Read a condition or a filter that is written in DynamoDB's own language.

    `names` and `values` say what its placeholders stand for. Values are all Python values, or all DynamoDB JSON.

    Raises:
        ExpressionSyntaxError: it cannot be read; the error shows the place.

    Example:
        >>> rich = condition_from_text(
        ...     "balance >= :min AND attribute_not_exists(#m)", names={"#m": "email"}, values={":min": 100}
        ... )
        >>> rich == users.where(lambda u: (u.balance >= 100) & not_exists(u.email))
        True

    """
    return Conditions(Reader(text, names_from(names), values_from(values))).whole()


def key_condition_from_text(
    text: str, *, names: Mapping[str, str] | None = None, values: Mapping[str, Any] | None = None
) -> Condition:
    """
    Read a key condition: what is equal, joined by AND, and at the end one other thing asked of a sort key.

    Example:
        >>> asked = key_condition_from_text("PK = :pk AND begins_with(SK, :sk)", values={":pk": "a", ":sk": "b"})
        >>> condition_to_text(asked).names
        {'#0': 'PK', '#1': 'SK'}

    Raises:
        ExpressionSyntaxError: it cannot be read, or asks more than DynamoDB does of keys.

    """
    condition = KeyConditions(Reader(text, names_from(names), values_from(values))).whole()
    _check_keys(text, condition)
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
    return tuple(map(Operand, paths))


def updates_from_text(
    text: str, *, names: Mapping[str, str] | None = None, values: Mapping[str, Any] | None = None
) -> tuple[Change, ...]:
    """
    Read an update; what it gives is the `updates=` of an `Update`.

    Example:
        >>> debit = updates_from_text("SET balance = balance - :n REMOVE email", values={":n": 30})
        >>> users.send(Update({"user_id": "u1"}, updates=debit, return_values="ALL_NEW")).updated_item
        User(user_id='u1', name='Alice', balance=70)

    Raises:
        ExpressionSyntaxError: it cannot be read; the error shows the place.

    """
    return Updates(Reader(text, names_from(names), values_from(values))).whole()


def _check_keys(text: str, condition: Condition) -> None:
    parts = _parts(condition)
    if not any(isinstance(part, Comparison) and part.operator == "=" for part in parts):
        raise unreadable(text, 0, "a key condition says what a partition key is equal to")
    for part in parts:
        if not _is_about_key(part):
            raise unreadable(text, 0, "a key condition compares whole attributes with values, and nothing else")


def _parts(condition: Condition) -> tuple[Condition, ...]:
    if not isinstance(condition, And):
        return (condition,)
    return tuple(one for part in condition.conditions for one in _parts(part))


def _is_about_key(condition: Condition) -> bool:
    match condition:
        case Comparison(operand=Path(segments=[_]), value=value) | BeginsWith(operand=Path(segments=[_]), prefix=value):
            return not isinstance(value, NODES)
        case Between(operand=Path(segments=[_]), low=low, high=high):
            return not isinstance(low, NODES) and not isinstance(high, NODES)
        case _:
            return False

"""Writing trees in DynamoDB's own language, for other tools and other programs: without an entity, so unchecked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.builders.conditions import ConditionLike, as_condition
from dynamo_document_builder.expressions.builders.projections import projected_paths
from dynamo_document_builder.expressions.builders.updates import UpdatesLike, as_changes
from dynamo_document_builder.expressions.json_values.decoding import decoded_changes
from dynamo_document_builder.expressions.rendering.findings import FindingsError
from dynamo_document_builder.expressions.rendering.limits import problems_of
from dynamo_document_builder.expressions.rendering.rendering import Rendering
from dynamo_document_builder.expressions.rendering.scope import Scope
from dynamo_document_builder.expressions.tree.overlaps import overlaps
from dynamo_document_builder.schema.kinds.any_value import AnyKind
from dynamo_document_builder.schema.kinds.base import FieldInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dynamo_document_builder.expressions.builders.operands import Operand
    from dynamo_document_builder.expressions.tree.paths import Segment

CLAUSES: Final = ("SET", "REMOVE", "ADD", "DELETE")


class Anything(AnyKind):
    """What nothing is known of: it may have any attribute, and be without it."""

    def member(self, name: str, /) -> FieldInfo | None:
        return FieldInfo(name, name, self, has_default=True)


_SCOPE: Final = Scope(Anything(), ("PK",))


@frozen
class ExpressionText:
    """An expression in DynamoDB's own language."""

    text: str
    """The expression, with placeholders."""
    names: Mapping[str, str] = field(factory=dict[str, str])
    """What its placeholders for names stand for: ExpressionAttributeNames."""
    values: Mapping[str, Any] = field(factory=dict[str, Any])
    """What its placeholders for values stand for, in DynamoDB JSON: ExpressionAttributeValues."""


def condition_to_text(condition: ConditionLike, *, partition_key: str = "PK") -> ExpressionText:
    """
    Write a condition in DynamoDB's own language.

    Names are taken as they are stored, and values by their own types. `partition_key` is the attribute that
    `item_exists()` looks at.

    Raises:
        UsageError: DynamoDB would refuse it whatever is stored.

    Example:
        >>> condition_to_text({"balance": greater_than(3)})
        ExpressionText(text='#0 > :0', names={'#0': 'balance'}, values={':0': {'N': '3'}})

    """
    return _written("ConditionExpression", as_condition(condition).render, partition_key)


def projection_to_text(projection: Sequence[str | Operand]) -> ExpressionText:
    """
    Write a projection in DynamoDB's own language.

    Names are taken as they are stored.

    Raises:
        UsageError: it is not a list of paths, or two of them cannot be read together.

    Example:
        >>> projection_to_text(["name", "tags[0]"]).text
        '#0, #1[0]'

    """
    paths = projected_paths(projection)

    def render(out: Rendering) -> str:
        found = [one.segments for path in paths if (one := out.resolve(path)) is not None]
        _note_overlaps(out, found, "is read")
        return ", ".join(map(out.path_text, found))

    return _written("ProjectionExpression", render)


def updates_to_text(updates: UpdatesLike) -> ExpressionText:
    """
    Write an update in DynamoDB's own language.

    Names are taken as they are stored, and values by their own types.

    Raises:
        UsageError: it changes nothing, or DynamoDB would refuse it whatever is stored.

    Example:
        >>> updates_to_text({"name": "Bob", "balance": add(3), "email": remove()}).text
        'SET #0 = :0, #1 = #1 + :1 REMOVE #2'

    """
    changes = decoded_changes(_SCOPE, as_changes(updates))
    if not changes:
        raise UsageError("an update needs at least one change")

    def render(out: Rendering) -> str:
        _note_overlaps(out, [change.path.segments for change in changes], "is changed")
        targets = [(change, out.resolve(change.path)) for change in changes]
        texts = [change.render(out, target) for change, target in targets if target is not None]
        clauses = {clause: [text for owner, text in texts if owner == clause] for clause in CLAUSES}
        return " ".join(f"{clause} {', '.join(texts)}" for clause, texts in clauses.items() if texts)

    return _written("UpdateExpression", render)


def _note_overlaps(out: Rendering, paths: Sequence[tuple[Segment, ...]], verb: str) -> None:
    for problem in overlaps(paths, verb, "DynamoDB takes each path once"):
        out.problem(problem)


def _written(member: str, render: Callable[[Rendering], str], partition_key: str = "PK") -> ExpressionText:
    out = Rendering(Scope(Anything(), (partition_key,)))
    text = render(out)
    for problem in problems_of(member, text):
        out.problem(problem)
    try:
        members = json.loads("{" + out.finish("").removeprefix(",") + "}")
    except FindingsError as error:
        raise UsageError(str(error)) from None
    return ExpressionText(
        text, members.get("ExpressionAttributeNames", {}), members.get("ExpressionAttributeValues", {})
    )

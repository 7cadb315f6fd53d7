"""Functions that write trees in DynamoDB's language without an entity, for other tools and programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.builders.condition_forms import ConditionLike, as_condition
from dynamo_document_builder.expressions.builders.projections import projected_paths
from dynamo_document_builder.expressions.builders.updates import UpdatesLike, as_changes
from dynamo_document_builder.expressions.json_values.decoding import decoded_changes
from dynamo_document_builder.expressions.rendering.limits import problems_of
from dynamo_document_builder.expressions.rendering.problems import ExpressionProblemsError
from dynamo_document_builder.expressions.rendering.rendering import Rendering
from dynamo_document_builder.expressions.rendering.scope import Scope
from dynamo_document_builder.expressions.tree.changes import UPDATE_CLAUSES
from dynamo_document_builder.expressions.tree.overlaps import overlaps
from dynamo_document_builder.schema.kinds.any_value import AnyKind
from dynamo_document_builder.schema.kinds.base import FieldInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dynamo_document_builder.expressions.builders.operands import Operand
    from dynamo_document_builder.expressions.tree.paths import Segment


class _AnyRecord(AnyKind):
    """A schema that has any attribute, all of them optional."""

    def member(self, name: str, /) -> FieldInfo | None:
        return FieldInfo(name, name, self, has_default=True)


_SCOPE: Final = Scope(_AnyRecord(), ("PK",))


@frozen
class ExpressionText:
    """An expression in DynamoDB's language, with the names and values of its placeholders."""

    text: str
    """The expression."""
    names: Mapping[str, str] = field(factory=dict[str, str])
    """The names of the placeholders: ExpressionAttributeNames."""
    values: Mapping[str, Any] = field(factory=dict[str, Any])
    """The values of the placeholders in DynamoDB JSON: ExpressionAttributeValues."""


def condition_to_text(condition: ConditionLike, *, partition_key: str = "PK") -> ExpressionText:
    """
    Write a condition in DynamoDB's language.

    Names must be the stored names, and values are encoded by their Python types, because there is no schema.
    `partition_key` is the attribute that `item_exists()` tests; "PK" by default.

    Raises:
        UsageError: the condition exceeds a limit of DynamoDB, or DynamoDB refuses it for every item.

    Example:
        >>> condition_to_text({"balance": greater_than(3)})
        ExpressionText(text='#0 > :0', names={'#0': 'balance'}, values={':0': {'N': '3'}})

    """
    return _written("ConditionExpression", as_condition(condition).render, partition_key)


def projection_to_text(projection: Sequence[str | Operand]) -> ExpressionText:
    """
    Write a projection in DynamoDB's language. Names must be the stored names.

    Raises:
        UsageError: the projection is not a list of paths, or two paths overlap.

    Example:
        >>> projection_to_text(["name", "tags[0]"]).text
        '#0, #1[0]'

    """
    paths = projected_paths(projection)

    def render(out: Rendering) -> str:
        found = [one.segments for path in paths if (one := out.resolve(path)) is not None]
        _add_overlaps(out, found, "is read")
        return ", ".join(map(out.path_text, found))

    return _written("ProjectionExpression", render)


def updates_to_text(updates: UpdatesLike) -> ExpressionText:
    """
    Write an update in DynamoDB's language.

    Names must be the stored names, and values are encoded by their Python types, because there is no schema.

    Raises:
        UsageError: the update has no change, exceeds a limit of DynamoDB, or DynamoDB refuses it for every item.

    Example:
        >>> updates_to_text({"name": "Bob", "balance": add(3), "email": remove()}).text
        'SET #0 = :0, #1 = #1 + :1 REMOVE #2'

    """
    changes = decoded_changes(_SCOPE, as_changes(updates))
    if not changes:
        raise UsageError("an update needs at least one change")

    def render(out: Rendering) -> str:
        _add_overlaps(out, [change.path.segments for change in changes], "is changed")
        targets = [(change, out.resolve(change.path)) for change in changes]
        texts = [change.render(out, target) for change, target in targets if target is not None]
        clauses = {clause: [text for owner, text in texts if owner == clause] for clause in UPDATE_CLAUSES}
        return " ".join(f"{clause} {', '.join(texts)}" for clause, texts in clauses.items() if texts)

    return _written("UpdateExpression", render)


def _add_overlaps(out: Rendering, paths: Sequence[tuple[Segment, ...]], verb: str) -> None:
    for problem in overlaps(paths, verb, "DynamoDB takes each path once"):
        out.add_problem(problem)


def _written(member: str, render: Callable[[Rendering], str], partition_key: str = "PK") -> ExpressionText:
    out = Rendering(Scope(_AnyRecord(), (partition_key,)))
    text = render(out)
    for problem in problems_of(member, text):
        out.add_problem(problem)
    try:
        members = json.loads("{" + out.finish("").removeprefix(",") + "}")
    except ExpressionProblemsError as error:
        raise UsageError(str(error)) from None
    return ExpressionText(
        text, members.get("ExpressionAttributeNames", {}), members.get("ExpressionAttributeValues", {})
    )

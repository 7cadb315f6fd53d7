"""From a read and whose items it reads to what is sent: everything that is wrong with it in one error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field

from dynamo_document_builder.errors import TableMismatchError, UsageError
from dynamo_document_builder.expressions.rendering.rendering import Rendering
from dynamo_document_builder.expressions.tree.conditions import all_of
from dynamo_document_builder.model.commands.problems import Problems, check_table
from dynamo_document_builder.model.writing.operation import NO_TEXT
from dynamo_document_builder.paging.counting import counted_by_key
from dynamo_document_builder.paging.cursors import start_key
from dynamo_document_builder.paging.flow import Plan, page_members
from dynamo_document_builder.paging.keys.clauses import Selection
from dynamo_document_builder.paging.sources.entity_source import EntitySource
from dynamo_document_builder.paging.sources.group_source import GroupSource
from dynamo_document_builder.wire.json.text import quote

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.commands.protocols import Target
    from dynamo_document_builder.model.entities.entity_model import EntityGroup
    from dynamo_document_builder.model.keys.index_keys import IndexPart
    from dynamo_document_builder.paging.counting import ByKey
    from dynamo_document_builder.paging.options import PagedOptions
    from dynamo_document_builder.paging.sources.source import Source


@define
class Planning:
    """One read on its way to a request."""

    operation: str
    command: PagedOptions
    source: Source
    problems: Problems = field(init=False)
    out: Rendering = field(init=False)
    index: IndexPart | None = field(default=None, init=False)
    selection: Selection = field(factory=Selection, init=False)
    by_key: ByKey | None = field(default=None, init=False)
    """How items are counted by their keys; `None`: they are returned, or DynamoDB counts them."""

    def __attrs_post_init__(self) -> None:
        self.problems = Problems(self.operation, self.source.name)
        self.out = Rendering(self.source.scope)

    @classmethod
    def of(cls, operation: str, command: PagedOptions, to: Any) -> Planning:
        """Begin to plan a read that is sent to *to*: an entity, or for several entities a table or a database."""
        planning = cls(operation, command, source_of(command, to))
        if command.entities is not None:
            planning._check_tables(command.entities, to)
        return planning

    def _check_tables(self, group: EntityGroup[Any], to: Target) -> None:
        """Refuse entities of several tables, of which one request reads one, and a table that *to* does not reach."""
        first, *others = group.entities
        check_table(self.problems, to, first.table, self.source.name)
        for one in others:
            if one.table.is_same(first.table):
                check_table(self.problems, to, one.table, one.name)
                continue
            self.problems.note(
                f"{first.name} is in table {first.table.name!r} and {one.name} in table {one.table.name!r}, and one "
                f"{self.operation} reads one table: send one {self.operation} for each table",
                TableMismatchError,
            )
        self.problems.raise_any()

    def use_index(self, name: str) -> None:
        """Read an index instead of the table."""
        self.index = self.problems.attempt(lambda: self.source.index(name), None)
        if self.index is not None and self.index.is_global and self.command.consistent:
            self.problems.note(
                f"consistent= cannot be used with index {name!r}: DynamoDB never reads a global index consistently"
            )

    def seek(self, given: Any, condition: Condition | None) -> None:
        """Say which keys are read."""
        if self.problems.found:  # of an index that is not there, nothing more can be said
            return
        self.selection = self.problems.attempt(
            lambda: self.source.selection(self.index, given, condition), self.selection
        )

    def finish(self, members: str, scope: str = "") -> tuple[Plan, str | None]:
        """Return the plan, and the key to begin after; *members* and *scope* are what is special to the operation."""
        text = self.problems.attempt(self._expressions, NO_TEXT)
        identity = self._identity(scope)
        start = self._start(identity)
        self.problems.raise_any()
        index = "" if self.index is None else f',"IndexName":{quote(self.index.name)}'
        plan = Plan(
            operation=self.operation,
            table=self.source.table,
            members=f"{index}{text}{members}{page_members(self.command)}",
            identity=identity,
            key_names=self._key_names(),
            reader=self.source.reader(self.command, self.index),
            counts=None if self.by_key is None else self.by_key[1],
            is_meant=self.selection.is_meant,
            sort_attribute=self.selection.sort_attribute,
            filtered=self._leaves_out(),
            collects=self.command.on_unknown == "collect",
        )
        return plan, start

    def _leaves_out(self) -> bool:
        """Tell whether items may be read that are not returned."""
        return (
            self._filter() is not None
            or self.source.drops()
            or self.selection.is_meant is not None
            or self.command.on_unfit == "skip"
        )

    def _identity(self, scope: str) -> str:
        index = "" if self.index is None else self.index.name
        clauses = [
            f"{clause.attribute} {clause.operator} {','.join(clause.values)}" for clause in self.selection.clauses
        ]
        return "\n".join([self.operation, self.source.table.name, index, scope, *clauses])

    def _start(self, identity: str) -> str | None:
        """Return the key to go on from, if the command has a cursor of this read."""
        cursor = self.command.start
        if cursor is None:
            return None
        return self.problems.attempt(lambda: start_key(identity, cursor), "")

    def _key_names(self) -> tuple[str, ...]:
        index = () if self.index is None else self.index.key_names
        return tuple(dict.fromkeys((*self.source.table.key_names, *index)))

    def _filter(self) -> Condition | None:
        own = self.source.own_items(self.index)
        conditions = tuple(part for part in (own, self.command.filter) if part is not None)
        return all_of(conditions) if conditions else None

    def _expressions(self) -> str:
        out = self.out
        text = self._filter_member() + self._parts()
        self._check_copied()
        if self.selection.clauses:
            clauses = [one.render(out) for one in self.selection.clauses]
            text = out.expression("KeyConditionExpression", " AND ".join(clauses)) + text
        return out.finish(text) + self._select()

    def _parts(self) -> str:
        """Return the member for what is read of each item."""
        if not self.command.count_only:
            return self.source.reader(self.command, self.index).render(self.out)
        self.by_key = counted_by_key(self.source, self.index, self.selection)
        if self.by_key is None:
            return NO_TEXT
        names = dict.fromkeys((*self._key_names(), *self.by_key[0]))
        return self.out.expression("ProjectionExpression", ", ".join(map(self.out.name, names)))

    def _filter_member(self) -> str:
        condition = self._filter()
        if condition is None:
            return NO_TEXT
        member = self.out.expression("FilterExpression", condition.render(self.out))
        keys = self.source.table.key_names if self.index is None else self.index.key_names
        for name in (
            self.out.attributes.intersection(keys) if self.selection.clauses else ()
        ):  # a scan may filter by them
            self.out.add_problem(
                f"filter= is about {name!r}, which is part of the key: use key= or sort_key_condition="
            )
        return member

    def _check_copied(self) -> None:
        """Refuse what a global index does not hold; a local one fetches it from the table."""
        index = self.index
        if index is None or index.copied is None or not index.is_global:
            return
        wanted = {info.attribute for info in self._whole_fields()} | self.out.attributes
        missing = sorted(wanted - index.copied)
        if missing:
            self.out.add_problem(
                f"index {index.name!r} does not hold {', '.join(map(repr, missing))}: give projection= what it holds "
                f"({', '.join(sorted(index.copied))}), and get the items by their keys for the rest"
            )

    def _whole_fields(self) -> list[Any]:
        if self.command.projection is not None or self.command.count_only:
            return []
        names = self.source.scope.record.member_names()
        return [info for name in names if (info := self.source.scope.record.member(name)) is not None]

    def _select(self) -> str:
        if self.command.count_only:
            return "" if self.by_key is not None else ',"Select":"COUNT"'
        index = self.index
        partial = index is not None and index.copied is not None and not index.is_global
        return ',"Select":"ALL_ATTRIBUTES"' if partial and self.command.projection is None else ""


def source_of(command: PagedOptions, to: Any) -> Source:
    """Return whose items a command reads: those of the entity it is sent to, or of the entities it names."""
    if command.entities is None:
        return EntitySource(to)
    return GroupSource(command.entities, command.on_unknown or ("skip" if command.count_only else "raise"))


def need_one(command: str, **given: Any) -> None:
    """Refuse a command that was not told exactly one of two things."""
    names = [f"{name}=" for name in given]
    if sum(value is not None for value in given.values()) != 1:
        raise UsageError(f"{command} takes one of {' and '.join(names)}")

"""Build a read: check its keys, filter and projection together, and render the members of its requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field

from dynamo_document_builder.errors import TableMismatchError, UsageError
from dynamo_document_builder.expressions.rendering.rendering import Rendering
from dynamo_document_builder.expressions.tree.conditions import all_of
from dynamo_document_builder.model.commands.problems import Problems, check_table
from dynamo_document_builder.model.writing.operation import NO_TEXT
from dynamo_document_builder.paging.counting import key_counter
from dynamo_document_builder.paging.cursors import start_key
from dynamo_document_builder.paging.flow import PreparedRead, page_members
from dynamo_document_builder.paging.keys.terms import Selection
from dynamo_document_builder.paging.sources.entity_source import EntitySource
from dynamo_document_builder.paging.sources.group_source import GroupSource
from dynamo_document_builder.wire.json.text import quote

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.commands.protocols import Target
    from dynamo_document_builder.model.entities.entity_model import EntityGroup
    from dynamo_document_builder.model.keys.index_keys import IndexPart
    from dynamo_document_builder.paging.counting import KeyCounter
    from dynamo_document_builder.paging.options import PagedOptions
    from dynamo_document_builder.paging.sources.source import Source


@define
class ReadBuilder:
    """Builds the `PreparedRead` of one command; collects all problems in one error."""

    operation: str
    command: PagedOptions
    source: Source
    problems: Problems = field(init=False)
    out: Rendering = field(init=False)
    index: IndexPart | None = field(default=None, init=False)
    selection: Selection = field(factory=Selection, init=False)
    counter: KeyCounter | None = field(default=None, init=False)
    """Counts the items in the library; `None` if they are returned, or DynamoDB counts them."""

    def __attrs_post_init__(self) -> None:
        self.problems = Problems(self.operation, self.source.name)
        self.out = Rendering(self.source.scope)

    @classmethod
    def of(cls, operation: str, command: PagedOptions, to: Any) -> ReadBuilder:
        """Return a builder for a command that is sent to *to*: an entity, a table or a database."""
        builder = cls(operation, command, source_of(command, to))
        if command.entities is not None:
            builder._check_tables(command.entities, to)
        return builder

    def _check_tables(self, group: EntityGroup[Any], to: Target) -> None:
        """Raise an error for several tables, or for a table that *to* cannot reach."""
        first, *following = group.entities
        check_table(self.problems, to, first.table, self.source.name)
        for one in following:
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
        """Read from an index instead of the table."""
        self.index = self.problems.attempt(lambda: self.source.index(name), None)
        if self.index is not None and self.index.is_global and self.command.consistent:
            self.problems.note(
                f"consistent= cannot be used with index {name!r}: a global index has no consistent reads"
            )

    def select_keys(self, given: Any, condition: Condition | None) -> None:
        """Set the key condition."""
        if self.problems.found:  # without the index, its keys cannot be checked
            return
        self.selection = self.problems.attempt(
            lambda: self.source.selection(self.index, given, condition), self.selection
        )

    def build(self, members: str, scope: str = "") -> tuple[PreparedRead, str | None]:
        """Return the read and the key to start after; *members* and *scope* are specific to the operation."""
        text = self.problems.attempt(self._expressions, NO_TEXT)
        identity = self._identity(scope)
        start = self._start(identity)
        self.problems.raise_any()
        index = "" if self.index is None else f',"IndexName":{quote(self.index.name)}'
        prepared = PreparedRead(
            operation=self.operation,
            table=self.source.table,
            members=f"{index}{text}{members}{page_members(self.command)}",
            identity=identity,
            key_names=self._key_names(),
            reader=self.source.reader(self.command, self.index),
            counts=None if self.counter is None else self.counter[1],
            is_selected=self.selection.is_selected,
            sort_attribute=self.selection.sort_attribute,
            filtered=self._may_skip_items(),
            collects=self.command.on_unknown == "collect",
        )
        return prepared, start

    def _may_skip_items(self) -> bool:
        """Return True if the read may skip items."""
        return (
            self._filter() is not None
            or self.source.skips_foreign_items()
            or self.selection.is_selected is not None
            or self.command.on_unfit == "skip"
        )

    def _identity(self, scope: str) -> str:
        index = "" if self.index is None else self.index.name
        terms = [f"{term.attribute} {term.operator} {','.join(term.values)}" for term in self.selection.terms]
        return "\n".join([self.operation, self.source.table.name, index, scope, *terms])

    def _start(self, identity: str) -> str | None:
        """Return the key to start after, from the cursor of the command."""
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
        text = self._filter_member() + self._projection()
        self._check_copied()
        if self.selection.terms:
            terms = [one.render(out) for one in self.selection.terms]
            text = out.expression("KeyConditionExpression", " AND ".join(terms)) + text
        return out.finish(text) + self._select()

    def _projection(self) -> str:
        """Return the ProjectionExpression member."""
        if not self.command.count_only:
            return self.source.reader(self.command, self.index).render(self.out)
        self.counter = key_counter(self.source, self.index, self.selection)
        if self.counter is None:
            return NO_TEXT
        names = dict.fromkeys((*self._key_names(), *self.counter[0]))
        return self.out.expression("ProjectionExpression", ", ".join(map(self.out.name, names)))

    def _filter_member(self) -> str:
        condition = self._filter()
        if condition is None:
            return NO_TEXT
        member = self.out.expression("FilterExpression", condition.render(self.out))
        keys = self.source.table.key_names if self.index is None else self.index.key_names
        # A scan may filter by key attributes, a query may not.
        for name in self.out.attributes.intersection(keys) if self.selection.terms else ():
            self.out.add_problem(
                f"filter= is about {name!r}, which is part of the key: use key= or sort_key_condition="
            )
        return member

    def _check_copied(self) -> None:
        """Note attributes that a global index does not hold; for a local one, DynamoDB fetches them from the table."""
        index = self.index
        if index is None or index.copied is None or not index.is_global:
            return
        wanted = {info.attribute for info in self._whole_fields()} | self.out.attributes
        missing = sorted(wanted - index.copied)
        if missing:
            self.out.add_problem(
                f"index {index.name!r} does not hold {', '.join(map(repr, missing))}: pass projection= with "
                f"attributes that it holds ({', '.join(sorted(index.copied))}), or get the whole items by their keys"
            )

    def _whole_fields(self) -> list[Any]:
        if self.command.projection is not None or self.command.count_only:
            return []
        names = self.source.scope.record.member_names()
        return [info for name in names if (info := self.source.scope.record.member(name)) is not None]

    def _select(self) -> str:
        if self.command.count_only:
            return "" if self.counter is not None else ',"Select":"COUNT"'
        index = self.index
        partial = index is not None and index.copied is not None and not index.is_global
        return ',"Select":"ALL_ATTRIBUTES"' if partial and self.command.projection is None else ""


def source_of(command: PagedOptions, to: Any) -> Source:
    """Return the source of the items: the entity that the command is sent to, or the entities that it names."""
    if command.entities is None:
        return EntitySource(to)
    return GroupSource(command.entities, command.on_unknown or ("skip" if command.count_only else "raise"))


def require_one(command: str, **given: Any) -> None:
    """Raise a `UsageError` unless exactly one argument is given."""
    names = [f"{name}=" for name in given]
    if sum(value is not None for value in given.values()) != 1:
        raise UsageError(f"{command} takes one of {' and '.join(names)}")

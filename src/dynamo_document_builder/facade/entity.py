"""An entity people send commands to."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Generic, Literal, NoReturn, Self, TypeVar, cast, overload
from weakref import ref

from attrs.exceptions import FrozenInstanceError

from dynamo_document_builder.errors import DefinitionError, UsageError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.facade.bound_model import BoundModel, bound_model
from dynamo_document_builder.facade.sendable import check_sendable, starts_of
from dynamo_document_builder.facade.table import Table, note_entity
from dynamo_document_builder.facade.transactions import rehearsal_of
from dynamo_document_builder.model.commands.frozen import frozen_key
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.writing.write_command import WriteCommand
from dynamo_document_builder.wire.driver import first_request
from dynamo_document_builder.wire.type_guards import is_sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from types import UnionType

    from typing_extensions import Unpack

    from dynamo_document_builder.cost.cost import Cost
    from dynamo_document_builder.errors.recipients import HasSchema
    from dynamo_document_builder.explain.explanation import Explanation
    from dynamo_document_builder.expressions.tree.changes import Change
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.facade.async_pages import AsyncPages
    from dynamo_document_builder.facade.pages import Pages
    from dynamo_document_builder.model.commands.frozen import KeyLike
    from dynamo_document_builder.model.commands.protocols import EntityCommand, PagedCommand, Preparable
    from dynamo_document_builder.model.entities.entity_model import EntityGroup
    from dynamo_document_builder.model.keys.index_keys import IndexKeys, IndexKeysMapping
    from dynamo_document_builder.model.keys.reports import KeyNotes
    from dynamo_document_builder.model.keys.sources import KeySource
    from dynamo_document_builder.model.options.names import TransactOptionNames
    from dynamo_document_builder.rehearsal.report import Rehearsal
    from dynamo_document_builder.transactions.read_modify_write import Transacted
    from dynamo_document_builder.transactions.read_slots import PreparedTransactGet
    from dynamo_document_builder.transactions.write_slots import PreparedWrites
    from dynamo_document_builder.wire.request import Request

S = TypeVar("S")
R = TypeVar("R")
B = TypeVar("B")
T = TypeVar("T")


@explain_unknown_options
class Entity(Generic[S]):
    """
    A schema bound to a table: what a kind of item is, and how its keys are built.

    A key is a template of literals and fields, such as `"ORDER#{placed_on}#{number:06d}"`; a function over the item; or
    `computed(function, reads=[...])`. Without any the schema's own fields are the key.
    A schema is a class of attrs, dataclasses, pydantic or msgspec, or a `TypedDict`, whose items are dictionaries.
    It may be a union of classes that a field with a `Literal` of its own in each tells apart:
    `Entity[Card | Transfer](Card | Transfer, ...)`, with the types given for type checkers.
    Stored attributes that the schema does not have are ignored; with `unknown="raise"` an item that has one is a
    `StoredItemError`. A field with `stored(rest=True)` keeps them.

    Example:
        >>> users = Entity(User, table, partition_key="USER#{user_id}", sort_key="META")
        >>> users.send(Get(key={"user_id": "u1"})).item
        User(user_id='u1', name='Alice', balance=100)

    """

    __slots__ = ("__model__", "__weakref__")

    __model__: BoundModel[S]
    """What commands see of the entity."""

    def __init__(
        self,
        schema: type[S] | UnionType,
        table: Table,
        *,
        partition_key: KeySource[S] | None = None,
        sort_key: KeySource[S] | None = None,
        global_secondary_indexes: Mapping[str, IndexKeys[S] | IndexKeysMapping[S]] | None = None,
        local_secondary_indexes: Mapping[str, IndexKeys[S] | IndexKeysMapping[S]] | None = None,
        name: str | None = None,
        unknown: Literal["ignore", "raise"] = "ignore",
    ) -> None:
        if not isinstance(table, Table):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a type checker
            raise DefinitionError(f"an entity is bound to a Table, not to {given_type(table)}")
        indexes = (global_secondary_indexes or {}, local_secondary_indexes or {})
        model: BoundModel[S] = bound_model(schema, table, (partition_key, sort_key), indexes, name, unknown)
        caller = sys._getframe(2)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  beyond `explain_unknown_options`
        object.__setattr__(model, "_module", caller.f_globals.get("__name__"))
        note_entity(model)
        _show(self, model)

    def __copy__(self) -> Self:
        return self  # as a class does: what is bound to it is bound to the same one

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _entity_of, (self.__model__,)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError

    def __repr__(self) -> str:
        return f"Entity(schema={self.schema!r}, table={self.table!r}, name={self.name!r})"

    def __or__(self, other: HasSchema[T]) -> EntityGroup[S | T]:
        """Return both entities, to be read together."""
        return self.__model__ | other

    @property
    def schema(self) -> type[S]:
        """The class of its items."""
        return self.__model__.schema

    @property
    def table(self) -> Table:
        """The table its items are in."""
        return self.__model__.table

    @property
    def name(self) -> str:
        """What errors call it, and what its items carry where the table has an `entity_attribute`."""
        return self.__model__.name

    def send(self, command: EntityCommand[S, R]) -> R:
        """Send a command and return its result."""
        check_sendable(command, "entity")
        return self.table.__connection__.run(
            command.__flow__(self.__model__), command.__limits__, self.table.__subject__
        )

    async def asend(self, command: EntityCommand[S, R]) -> R:
        """
        Send a command without blocking the event loop, and return its result: the same command, the same result.

        A write that is cancelled may have been applied: the `CancelledError` has an `OutcomeUnknownError` as its
        `__cause__`. With a boto3 client the request is made in a thread.
        """
        check_sendable(command, "entity")
        table = self.table
        return await table.__connection__.arun(command.__flow__(self.__model__), command.__limits__, table.__subject__)

    def request(self, command: EntityCommand[S, Any]) -> Request:
        """Return the first request the command would send. Nothing is sent, and no client is needed."""
        check_sendable(command, "entity")
        return first_request(command.__flow__(self.__model__))

    def explain(self, command: EntityCommand[S, Any], *, values: bool = True, hidden: bool = True) -> Explanation:
        """
        Say what a command would do: in sentences, as its request, as a line for a shell. Nothing is sent.

        With `values=False` no value of a key, an item or an expression is in it. With `hidden=False` the values of
        fields that the schema keeps out of texts, by `repr=False`, are not; keys are.

        Example:
            >>> print(*users.explain(Delete({"user_id": "u1"}, condition={"name": "Alice"})).sentences)
            Delete User user_id='u1', if name is 'Alice'

        """
        from dynamo_document_builder.explain.explanation import explained  # noqa: PLC0415  no start-up pays for it

        return explained(command, self.__model__, self.request(command), values=values, hidden=hidden)

    def cost(self, command: EntityCommand[S, Any]) -> Cost:
        """
        Say what a command costs in capacity units, as far as that is known before it is sent. Nothing is sent.

        Example:
            >>> print(users.cost(Get({"user_id": "u1"}, consistent=True)).read_units)
            1

        """
        from dynamo_document_builder.cost.cost import cost_of  # noqa: PLC0415  no start-up pays for it

        self.request(command)  # what cannot be sent is refused
        return cost_of(command, self.__model__)

    def rehearse(self, command: EntityCommand[S, Any]) -> Rehearsal:
        """Try out a transaction, or a single write, without writing: see `Table.rehearse`."""
        flow = rehearsal_of(command, self.__model__, "entity")
        return self.table.__connection__.run(flow, command.__limits__, self.table.__subject__)

    async def arehearse(self, command: EntityCommand[S, Any]) -> Rehearsal:
        """Do what `rehearse` does, without blocking the event loop."""
        flow = rehearsal_of(command, self.__model__, "entity")
        return await self.table.__connection__.arun(flow, command.__limits__, self.table.__subject__)

    def transact(
        self,
        change: Callable[[list[S | None]], Iterable[WriteCommand[S]] | None],
        keys: Sequence[KeyLike],
        /,
        **options: Unpack[TransactOptionNames],
    ) -> Transacted[list[S | None]]:
        """
        Read items, have a function decide what to write, and write that only if nothing it saw has changed since.

        As `Table.transact`, with the writes of this entity alone: *change* is called with the items in the order of
        *keys*, and returns writes.

        Example:
            >>> def double(found):
            ...     return [Update({"user_id": user.user_id}, updates={"balance": user.balance * 2}) for user in found]
            >>> users.transact(double, [{"user_id": "u1"}, {"user_id": "u2"}]).tries
            1

        """
        return self.table.transact(self._change(change), self._reads(keys), **options)

    async def atransact(
        self,
        change: Callable[[list[S | None]], Iterable[WriteCommand[S]] | None],
        keys: Sequence[KeyLike],
        /,
        **options: Unpack[TransactOptionNames],
    ) -> Transacted[list[S | None]]:
        """Do what `transact` does, without blocking the event loop; the function itself is an ordinary one."""
        return await self.table.atransact(self._change(change), self._reads(keys), **options)

    def _change(
        self, change: Callable[[list[S | None]], Iterable[WriteCommand[S]] | None]
    ) -> Callable[[list[S | None]], list[PreparedWrites]]:
        from dynamo_document_builder.transactions.read_modify_write import (  # noqa: PLC0415  no start-up pays for it
            checked_change,
            decisions,
        )

        checked_change(change)

        def groups(found: list[S | None]) -> list[PreparedWrites]:
            writes = decisions(change(found), (WriteCommand,), "Put, Update, Delete and ConditionCheck")
            return [self.prepare(writes)] if writes else []

        return groups

    def _reads(self, keys: Sequence[KeyLike]) -> PreparedTransactGet[S]:
        from dynamo_document_builder.transactions.read_slots import (  # noqa: PLC0415  no start-up pays for it
            PreparedTransactGet,
        )

        if not is_sequence(keys):
            raise UsageError("transact reads a list of keys: transact(change, [{...}, {...}])")
        return PreparedTransactGet(self.__model__, None, tuple(map(frozen_key, keys)))

    def key_of(self, item: S | Mapping[str, Any]) -> Mapping[str, Any]:
        """
        Return the key attributes of an item as they are stored, from an instance or from the fields of its key.

        Example:
            >>> users.key_of({"user_id": "u1"})
            {'PK': 'USER#u1', 'SK': 'META'}

        """
        from dynamo_document_builder.model.reading.readable import attributes_in, readable  # noqa: PLC0415  lazy import: few ask

        stored = attributes_in(self.__model__.encode_key(item).encode())
        return {name: readable(value) for name, value in stored.items()}

    def parse_key(self, key: Mapping[str, Any]) -> dict[str, Any]:
        """
        Return the fields that a stored key tells; *key* has the key attributes as Python values.

        Raises:
            UsageError: it is not a key of this entity, or one that a function builds, which tells no fields.

        Example:
            >>> users.parse_key({"PK": "USER#u1", "SK": "META"})
            {'user_id': 'u1'}

        """
        from dynamo_document_builder.model.keys.reports import parsed_key  # noqa: PLC0415  lazy import: few ask

        return parsed_key(self.__model__, key)

    def explain_keys(self) -> KeyNotes:
        """
        Say what each key attribute was found to be, and why a function is not a template.

        Example:
            >>> print(users.explain_keys())
            PK  template USER#{user_id}
            SK  template META

        """
        from dynamo_document_builder.model.keys.reports import explained_keys  # noqa: PLC0415  lazy import: few ask

        return explained_keys(self.__model__)

    def paginate(self, command: PagedCommand[S, R], *, at_once: int | None = None) -> Pages[R]:
        """
        Return the pages of a `Query` or a `Scan`, each requested when it is asked for; `.items()` goes through them.

        `max_items` and `max_requests` count over all pages, `timeout` is for each. A scan with `total_segments` and no
        `segment` reads all segments, by default 8 of them *at_once* in threads; their pages come in any order.
        """
        from dynamo_document_builder.facade.pages import pages_of  # noqa: PLC0415  no start-up pays for it

        return pages_of(starts_of(command, "entity", "paginate", at_once), self.send, at_once)

    def apaginate(self, command: PagedCommand[S, R], *, at_once: int | None = None) -> AsyncPages[R]:
        """
        Return the pages of a `Query` or a `Scan` for `async for`, each requested when it is asked for.

        As `paginate`, with tasks where that has threads.
        """
        from dynamo_document_builder.facade.async_pages import apages_of  # noqa: PLC0415  no start-up pays for it

        return apages_of(starts_of(command, "entity", "apaginate", at_once), self.asend, at_once)

    @overload
    def prepare(self, command: Preparable[S, B]) -> B: ...
    @overload
    def prepare(self, command: Sequence[WriteCommand[S]]) -> PreparedWrites: ...
    def prepare(self, command: Any) -> Any:
        """Bind writes, a `TransactGet` or a batch to this entity, to be a group of a command over several entities."""
        if hasattr(command, "__bind__"):
            return command.__bind__(self.__model__)
        if isinstance(command, WriteCommand):
            raise UsageError(f"prepare takes a list of writes: prepare([{command.name}(...)])")
        from dynamo_document_builder.transactions.write_slots import PreparedWrites  # noqa: PLC0415  no start-up pays for it

        return PreparedWrites(self.__model__, _writes(command))

    def where(self, condition: Callable[[S], Condition | bool]) -> Condition:
        """
        Write a condition in terms of the schema, so that a type checker checks names and values.

        Example:
            >>> rich = users.where(lambda u: (u.balance >= 100) & begins_with(u.name, "A"))
            >>> users.send(Delete({"user_id": "u1"}, condition=rich, return_values="ALL_OLD")).deleted_item
            User(user_id='u1', name='Alice', balance=100)

        """
        from dynamo_document_builder.expressions.builders.condition_forms import (  # noqa: PLC0415  no start-up pays for it
            as_condition,
            call_with_probe,
        )

        return as_condition(call_with_probe(condition, _probe(), "where"))

    def changes(self, updates: Callable[[S], Sequence[Change]]) -> tuple[Change, ...]:
        """
        Write updates in terms of the schema, so that a type checker checks names and values.

        Example:
            >>> payment = users.changes(lambda u: [set_(u.balance, u.balance - 30), remove(u.email)])
            >>> users.send(Update({"user_id": "u1"}, updates=payment, return_values="ALL_NEW")).updated_item
            User(user_id='u1', name='Alice', balance=70)

        """
        from dynamo_document_builder.expressions.builders.condition_forms import call_with_probe  # noqa: PLC0415  no start-up pays for it
        from dynamo_document_builder.expressions.builders.updates import as_changes  # noqa: PLC0415  the same

        return as_changes(call_with_probe(updates, _probe(), "changes"))


def _show(entity: Entity[Any], model: BoundModel[Any]) -> None:
    """Make an entity the one that people see of a model."""
    object.__setattr__(entity, "__model__", model)
    object.__setattr__(model, "shown", ref(entity))


def _entity_of(model: BoundModel[S]) -> Entity[S]:
    """Return the entity of a model that was unpickled."""
    entity: Entity[S] | None = model.shown()
    if entity is None:
        entity = cast("Entity[S]", object.__new__(Entity))
        _show(entity, model)
    return entity


def _writes(command: Any) -> tuple[WriteCommand[Any], ...]:
    if not is_sequence(command):
        raise UsageError(f"prepare takes a list of writes, a TransactGet or a batch, not {type(command).__name__}")
    for write in command:
        if not isinstance(write, WriteCommand):
            raise UsageError(f"prepare takes Put, Update, Delete and ConditionCheck, not {type(write).__name__}")
    return tuple(command)


def _probe() -> Any:
    from dynamo_document_builder.expressions.builders.operands import Probe  # noqa: PLC0415  no start-up pays for it
    from dynamo_document_builder.expressions.tree.paths import THIS  # noqa: PLC0415  the same

    return Probe(THIS)

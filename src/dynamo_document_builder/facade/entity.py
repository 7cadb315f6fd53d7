"""An entity: a class, the table that stores its items, and their keys."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, TypeVar, cast, overload
from weakref import ref

from attrs.exceptions import FrozenInstanceError

from dynamo_document_builder.errors import DefinitionError, UsageError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.facade.bound_model import BoundModel, bound_model
from dynamo_document_builder.facade.entity_sending import EntitySender
from dynamo_document_builder.facade.table import Table, register_entity
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.writing.write_command import WriteCommand
from dynamo_document_builder.wire.type_guards import is_sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import UnionType

    from dynamo_document_builder.errors.recipients import HasSchema
    from dynamo_document_builder.expressions.tree.changes import Change
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.model.commands.protocols import Preparable
    from dynamo_document_builder.model.entities.entity_model import EntityGroup
    from dynamo_document_builder.model.keys.index_keys import IndexKeys, IndexKeysMapping
    from dynamo_document_builder.model.keys.reports import KeyNotes
    from dynamo_document_builder.model.keys.sources import KeySource
    from dynamo_document_builder.transactions.write_slots import PreparedWrites

S = TypeVar("S")
B = TypeVar("B")
T = TypeVar("T")


@explain_unknown_options
class Entity(EntitySender[S]):
    """
    A class whose items a table stores, and the keys of these items. You send commands to it.

    A key attribute is one of these:

    - a template of literals and fields, such as `"ORDER#{placed_on}#{number:06d}"`
    - a function that takes the item, or its fields by name
    - `computed(function, reads=[...])`, a function that declares the fields that it reads

    Without `partition_key` and `sort_key`, the fields of the same names as the table's key attributes are the key.

    Args:
        schema: A class of attrs, dataclasses, pydantic or msgspec, or a `TypedDict`, whose items are dictionaries. It
            may be a union of classes that a `Literal` field distinguishes: `Entity[A | B](A | B, ...)`, where `[A | B]`
            is for type checkers.
        table: The table that stores the items.
        partition_key: The partition key of the table.
        sort_key: The sort key of the table.
        global_secondary_indexes: The keys of global indexes, by the name of the index.
        local_secondary_indexes: The keys of local indexes, by the name of the index.
        name: The name in error messages, and in the table's `entity_attribute`. The default is the name of the class.
        unknown: Stored attributes that the class does not have: `"ignore"` drops them, `"raise"` makes reading such an
            item a `StoredItemError`. A field with `stored(rest=True)` keeps them.

    Raises:
        DefinitionError: the schema, a key or an index cannot work; the message says why.

    Example:
        >>> users = Entity(User, table, partition_key="USER#{user_id}", sort_key="META")
        >>> users.send(Get(key={"user_id": "u1"})).item
        User(user_id='u1', name='Alice', balance=100)

    """

    __slots__ = ("__model__", "__weakref__")

    __model__: BoundModel[S]
    """The entity as commands see it, without a connection."""

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
        register_entity(model)
        _link(self, model)

    def __copy__(self) -> Self:
        return self  # like a class: a copy of what refers to an entity refers to the same entity

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
        """
        Return a group of both entities, for `entities=` of a `Query` or a `Scan`.

        Example:
            >>> table.send(Scan(entities=users | orders, count_only=True)).count
            4

        """
        return self.__model__ | other

    @property
    def schema(self) -> type[S]:
        """The class of the items."""
        return self.__model__.schema

    @property
    def table(self) -> Table:
        """The table that stores the items."""
        return self.__model__.table

    @property
    def name(self) -> str:
        """The name in error messages, and in the `entity_attribute` of the table."""
        return self.__model__.name

    def key_of(self, item: S | Mapping[str, Any]) -> Mapping[str, Any]:
        """
        Return the stored key attributes of an item, as Python values.

        *item* is an item, or a mapping of the fields that its key is built from.

        Raises:
            UsageError: a field of the key is missing or cannot be part of a key.

        Example:
            >>> users.key_of({"user_id": "u1"})
            {'PK': 'USER#u1', 'SK': 'META'}

        """
        from dynamo_document_builder.model.reading.readable import attributes_in, readable  # noqa: PLC0415  lazy import: only key_of needs it

        stored = attributes_in(self.__model__.encode_key(item).encode())
        return {name: readable(value) for name, value in stored.items()}

    def parse_key(self, key: Mapping[str, Any]) -> dict[str, Any]:
        """
        Return the fields that a stored key was built from; the inverse of `key_of`.

        *key* maps the key attributes to Python values.

        Raises:
            UsageError: *key* is not a key of this entity, or a function builds the key, so it cannot be parsed.

        Example:
            >>> users.parse_key({"PK": "USER#u1", "SK": "META"})
            {'user_id': 'u1'}

        """
        from dynamo_document_builder.model.keys.reports import parsed_key  # noqa: PLC0415  lazy import: only parse_key needs it

        return parsed_key(self.__model__, key)

    def explain_keys(self) -> KeyNotes:
        """
        Return what builds each key attribute: a template, or a function that could not be turned into a template.

        The library runs each key function once, with stand-ins for the fields, to find a template. A template supports
        prefixes, ranges and `parse_key`.

        Example:
            >>> print(users.explain_keys())
            PK  template USER#{user_id}
            SK  template META

        """
        from dynamo_document_builder.model.keys.reports import explained_keys  # noqa: PLC0415  lazy import: only explain_keys needs it

        return explained_keys(self.__model__)

    @overload
    def prepare(self, command: Preparable[S, B]) -> B: ...
    @overload
    def prepare(self, command: Sequence[WriteCommand[S]]) -> PreparedWrites: ...
    def prepare(self, command: Any) -> Any:
        """
        Bind writes, a `TransactGet` or a batch to this entity, as one group of a command over several entities.

        Pass a list of `Put`, `Update`, `Delete` and `ConditionCheck` for a `TableTransactWrite`. Nothing is sent.

        Raises:
            UsageError: the argument cannot be part of a command over several entities.

        Example:
            >>> payment = users.prepare([Update({"user_id": "u1"}, updates={"balance": 70})])
            >>> shipment = orders.prepare([Update({"order_id": "o1"}, updates={"status": "paid"})])
            >>> table.send(TableTransactWrite([payment, shipment])).attempts
            1

        """
        if hasattr(command, "__bind__"):
            return command.__bind__(self.__model__)
        if isinstance(command, WriteCommand):
            raise UsageError(f"prepare takes a list of writes: prepare([{command.name}(...)])")
        from dynamo_document_builder.transactions.write_slots import PreparedWrites  # noqa: PLC0415  lazy import: only prepare needs it

        return PreparedWrites(self.__model__, _writes(command))

    def where(self, condition: Callable[[S], Condition | bool]) -> Condition:
        """
        Return a condition written on the fields of the class, so that type checkers check names and values.

        The library calls the function once, with a stand-in for the item.

        Raises:
            UsageError: the function does not return a condition.

        Example:
            >>> rich = users.where(lambda u: (u.balance >= 100) & begins_with(u.name, "A"))
            >>> users.send(Delete({"user_id": "u1"}, condition=rich, return_values="ALL_OLD")).deleted_item
            User(user_id='u1', name='Alice', balance=100)

        """
        from dynamo_document_builder.expressions.builders.condition_forms import (  # noqa: PLC0415  lazy import: only where and changes need it
            as_condition,
            call_with_probe,
        )

        return as_condition(call_with_probe(condition, _probe(), "where"))

    def changes(self, updates: Callable[[S], Sequence[Change]]) -> tuple[Change, ...]:
        """
        Return updates written on the fields of the class, so that type checkers check names and values.

        The library calls the function once, with a stand-in for the item.

        Raises:
            UsageError: the function does not return update actions.

        Example:
            >>> payment = users.changes(lambda u: [set_(u.balance, u.balance - 30), remove(u.email)])
            >>> users.send(Update({"user_id": "u1"}, updates=payment, return_values="ALL_NEW")).updated_item
            User(user_id='u1', name='Alice', balance=70)

        """
        from dynamo_document_builder.expressions.builders.condition_forms import call_with_probe  # noqa: PLC0415  lazy import: only where and changes need it
        from dynamo_document_builder.expressions.builders.updates import as_changes  # noqa: PLC0415  lazy import: only where and changes need it

        return as_changes(call_with_probe(updates, _probe(), "changes"))


def _link(entity: Entity[Any], model: BoundModel[Any]) -> None:
    """Link an entity and its model to each other."""
    object.__setattr__(entity, "__model__", model)
    object.__setattr__(model, "public", ref(entity))


def _entity_of(model: BoundModel[S]) -> Entity[S]:
    """Return the entity of an unpickled model."""
    entity: Entity[S] | None = model.public()
    if entity is None:
        entity = cast("Entity[S]", object.__new__(Entity))
        _link(entity, model)
    return entity


def _writes(command: Any) -> tuple[WriteCommand[Any], ...]:
    if not is_sequence(command):
        raise UsageError(f"prepare takes a list of writes, a TransactGet or a batch, not {type(command).__name__}")
    for write in command:
        if not isinstance(write, WriteCommand):
            raise UsageError(f"prepare takes Put, Update, Delete and ConditionCheck, not {type(write).__name__}")
    return tuple(command)


def _probe() -> Any:
    from dynamo_document_builder.expressions.builders.operands import Probe  # noqa: PLC0415  lazy import: only where and changes need it
    from dynamo_document_builder.expressions.tree.paths import THIS  # noqa: PLC0415  lazy import: only where and changes need it

    return Probe(THIS)

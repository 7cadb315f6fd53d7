"""A table, and the client that reaches it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self
from weakref import WeakSet

from attrs import fields

from dynamo_document_builder.facade.connection import Connection
from dynamo_document_builder.facade.transact import Transacting
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.tables.index_limits import MAX_GLOBAL_INDEXES
from dynamo_document_builder.model.tables.table_model import TableModel

if TYPE_CHECKING:
    from dynamo_document_builder.errors.recipients import HasModel
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.tables.indexes import GlobalIndexes, LocalIndexes
    from dynamo_document_builder.wire.transport_choice import AnyTransport


@explain_unknown_options
class Table(TableModel, Transacting):
    """
    A DynamoDB table: its name, its key attributes, its indexes, and the client that reaches it.

    The definition must match the real table: the library trusts it and never calls DescribeTable. Nothing is sent when
    you create a `Table`. Several `Table` objects may describe the same table.

    Args:
        name: The name or the ARN of the table.
        client: A boto3 or aiobotocore client for DynamoDB. You can also pass it later, with `connect`.
        transport: Another way to send requests, such as an `HttpTransport`; see Transports.
        partition_key: The attribute of the partition key.
        sort_key: The attribute of the sort key; `None` if the table has none.
        global_secondary_indexes: The global indexes, by name.
        local_secondary_indexes: The local indexes, by name.
        entity_attribute: An attribute that holds the name of each item's entity, such as `"_type"`. The library writes
            it, and a read through an entity returns only the items of that entity.
        max_global_indexes: The quota of global indexes per table, 20 by default. Pass a higher one if AWS raised the
            quota of your account.

    Raises:
        DefinitionError: DynamoDB would not create such a table.

    Example:
        >>> table = Table("app", client=boto3.client("dynamodb"))
        >>> table.key_names
        ('PK', 'SK')

    """

    __connection__: Connection

    def __init__(
        self,
        name: str,
        *,
        client: Any = None,
        transport: AnyTransport | None = None,
        partition_key: str = "PK",
        sort_key: str | None = "SK",
        global_secondary_indexes: GlobalIndexes | None = None,
        local_secondary_indexes: LocalIndexes | None = None,
        entity_attribute: str | None = None,
        max_global_indexes: int = MAX_GLOBAL_INDEXES,
    ) -> None:
        super().__init__(
            name=name,
            partition_key=partition_key,
            sort_key=sort_key,
            entity_attribute=entity_attribute,
            max_global_indexes=max_global_indexes,
            **_indexes(global_secondary_indexes or {}, local_secondary_indexes or {}),
        )
        object.__setattr__(self, "__connection__", Connection.through(client, transport))

    def __eq__(self, other: object) -> bool:
        """Return True for a table of the same name that the same client reaches."""
        return isinstance(other, Table) and other.is_same(self) and other.__connection__.is_same(self.__connection__)

    def __hash__(self) -> int:
        return hash(self.__resource__)

    def __copy__(self) -> Self:
        return self  # copies of what refers to a table share its connection

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __getstate__(self) -> dict[str, Any]:
        """Return the state without the connection: clients cannot be pickled."""
        state = {one.name: getattr(self, one.name) for one in fields(type(self))}
        return state | {"__connection__": Connection()}

    @cached_property
    def __subject__(self) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]  a cached property is one
        """The name of the table in error messages."""
        return f"table {self.name!r}"

    def connect(self, client: Any = None, *, transport: AnyTransport | None = None) -> None:
        """
        Set the client or the transport of this table, and of all tables of its `Database`.

        The next send uses it, also through the entities of the table. Calling `connect` again replaces it.

        Raises:
            DefinitionError: both are given, and both are for `send` or both for `asend`.

        """
        self.__connection__.connect(client, transport)

    def __refusal__(self, table: TableModel, /) -> str | None:
        """Return why operations on another table cannot be sent here; `None` if they can."""
        if not table.is_same(self):
            return f"it is bound to table {table.name!r}, this is table {self.name!r}: send it with a Database"
        if isinstance(table, Table) and self.__connection__.is_other(table.__connection__):
            return f"it is bound to table {table.name!r} on another client: send it with that table"
        return None

    def check_keys(self, *entities: HasModel[EntityModel[Any]]) -> tuple[str, ...]:
        """
        Return a text for each pair of entities that can build the same key.

        Items of such entities would overwrite each other. Only keys that are templates can be compared; an entity with
        a different key gets a text too. Without arguments, the check covers all entities defined on this table. Nothing
        is sent.

        Example:
            >>> table.check_keys(users, orders)
            ()

        """
        from dynamo_document_builder.model.keys.reports import collision_reports  # noqa: PLC0415  lazy import: only check_keys needs it

        known = sorted((one for one in defined_entities() if one.table == self), key=lambda one: one.name)
        return collision_reports([one.__model__ for one in entities] or known)


_entities: Final[WeakSet[EntityModel[Any]]] = WeakSet()
"""The entities that are defined and still in use."""


def register_entity(entity: EntityModel[Any]) -> None:
    """Register an entity for `check_keys` and for unpickling."""
    _entities.add(entity)


def defined_entities() -> list[EntityModel[Any]]:
    """Return all registered entities that are still in use."""
    return list(_entities)


def _indexes(global_: GlobalIndexes, local: LocalIndexes) -> dict[str, Any]:
    if not (global_ or local):
        return {}
    from dynamo_document_builder.model.tables.indexes import global_indexes, local_indexes  # noqa: PLC0415  lazy import: only tables with indexes need it

    return {
        "global_secondary_indexes": global_indexes(global_),
        "local_secondary_indexes": local_indexes(local),
    }

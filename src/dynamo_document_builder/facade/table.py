"""A table people send commands to."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar
from weakref import WeakSet

from attrs import fields

from dynamo_document_builder.facade.connection import Connected, Connection
from dynamo_document_builder.facade.paging import Paginating
from dynamo_document_builder.facade.sendable import check_sendable
from dynamo_document_builder.facade.transactions import Transacting
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.tables.index_limits import MAX_GLOBAL_INDEXES
from dynamo_document_builder.model.tables.table_model import TableModel
from dynamo_document_builder.wire.driver import first_request

if TYPE_CHECKING:
    from dynamo_document_builder.cost.cost import Cost
    from dynamo_document_builder.errors.recipients import HasModel
    from dynamo_document_builder.explain.explanation import Explanation
    from dynamo_document_builder.model.commands.protocols import TableCommand
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.tables.indexes import GlobalIndexes, LocalIndexes
    from dynamo_document_builder.wire.request import Request
    from dynamo_document_builder.wire.transport_choice import AnyTransport

R = TypeVar("R")


@explain_unknown_options
class Table(TableModel, Connected, Transacting, Paginating):
    """
    A table as data: its name, the attributes of its key and of its indexes, and the client to reach it with.

    Nothing is read from AWS. A boto3 client can be bound later, with `connect`.
    With `entity_attribute="_type"`, every item carries the name of its entity there, and reads through an entity see
    its own items only.
    DynamoDB makes 20 global indexes in a table. If AWS raised that quota for your account, pass it as
    `max_global_indexes`.

    Raises:
        DefinitionError: DynamoDB would not make such a table.

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
        _connection: Connection | None = None,
    ) -> None:
        super().__init__(
            name=name,
            partition_key=partition_key,
            sort_key=sort_key,
            entity_attribute=entity_attribute,
            max_global_indexes=max_global_indexes,
            **_indexes(global_secondary_indexes or {}, local_secondary_indexes or {}),
        )
        object.__setattr__(self, "__connection__", _connection or Connection.through(client, transport))

    def __eq__(self, other: object) -> bool:
        """Two tables of one name, reached through one client, are the same table."""
        return isinstance(other, Table) and other.is_same(self) and other.__connection__.is_same(self.__connection__)

    def __hash__(self) -> int:
        return hash(self.__resource__)

    def __copy__(self) -> Self:
        return self  # it is a value, and its connection is to be shared

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __getstate__(self) -> dict[str, Any]:
        """Leave the connection behind when it is pickled: a client cannot go along."""
        state = {one.name: getattr(self, one.name) for one in fields(type(self))}
        return state | {"__connection__": Connection()}

    @cached_property
    def __subject__(self) -> str:
        """What an error calls it."""
        return f"table {self.name!r}"

    def connect(self, client: Any = None, *, transport: AnyTransport | None = None) -> None:
        """Bind a boto3 client, or a transport, now. Every entity of the table uses it from the next send on."""
        self.__connection__.connect(client, transport)

    def __refusal__(self, table: TableModel, /) -> str | None:
        """Say why operations on another table cannot be sent here, `None` if they can."""
        if not table.is_same(self):
            return f"it is bound to table {table.name!r}, this is table {self.name!r}: send it with a Database"
        if isinstance(table, Table) and self.__connection__.is_other(table.__connection__):
            return f"it is bound to table {table.name!r} on another client: send it with that table"
        return None

    def check_keys(self, *entities: HasModel[EntityModel[Any]]) -> tuple[str, ...]:
        """
        Say which entities of this table can build one key, so that an item of one replaces an item of the other.

        Without arguments all entities that are defined on this table are looked at. Only keys that are templates can be
        compared.

        Example:
            >>> table.check_keys(users)
            ()

        """
        from dynamo_document_builder.model.keys.reports import collision_reports  # noqa: PLC0415  lazy import: few ask

        known = sorted((one for one in defined_entities() if one.table == self), key=lambda one: one.name)
        return collision_reports([one.__model__ for one in entities] or known)

    def send(self, command: TableCommand[R]) -> R:
        """Send a command over prepared groups of this table's entities."""
        check_sendable(command, "table")
        return self.__connection__.run(command.__flow__(self), command.__limits__, self.__subject__)

    async def asend(self, command: TableCommand[R]) -> R:
        """Send a command over prepared groups, without blocking the event loop; the same command, the same result."""
        check_sendable(command, "table")
        return await self.__connection__.arun(command.__flow__(self), command.__limits__, self.__subject__)

    def request(self, command: TableCommand[Any]) -> Request:
        """Return the first request the command would send. Nothing is sent, and no client is needed."""
        check_sendable(command, "table")
        return first_request(command.__flow__(self))

    def explain(self, command: TableCommand[Any], *, values: bool = True, hidden: bool = True) -> Explanation:
        """Say what a command would do: in sentences, as its request, as a line for a shell. Nothing is sent."""
        from dynamo_document_builder.explain.explanation import explained  # noqa: PLC0415  no start-up pays for it

        return explained(command, self, self.request(command), values=values, hidden=hidden)

    def cost(self, command: TableCommand[Any]) -> Cost:
        """Say what a command costs in capacity units, as far as that is known before it is sent. Nothing is sent."""
        from dynamo_document_builder.cost.cost import cost_of  # noqa: PLC0415  no start-up pays for it

        self.request(command)  # what cannot be sent is refused
        return cost_of(command, self)


_entities: Final[WeakSet[EntityModel[Any]]] = WeakSet()
"""Those that are defined, for as long as anybody uses them."""


def note_entity(entity: EntityModel[Any]) -> None:
    """Remember an entity, for `check_keys`, and to find it again where a command of it is unpickled."""
    _entities.add(entity)


def defined_entities() -> list[EntityModel[Any]]:
    """Return the entities that are defined."""
    return list(_entities)


def _indexes(of_table: GlobalIndexes, of_partitions: LocalIndexes) -> dict[str, Any]:
    if not (of_table or of_partitions):
        return {}
    from dynamo_document_builder.model.tables.indexes import global_indexes, local_indexes  # noqa: PLC0415  many have none

    return {
        "global_secondary_indexes": global_indexes(of_table),
        "local_secondary_indexes": local_indexes(of_partitions),
    }

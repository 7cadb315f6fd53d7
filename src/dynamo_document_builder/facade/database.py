"""Several tables of one account, region and client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from attrs import field, frozen

from dynamo_document_builder.facade.connection import Connected, Connection
from dynamo_document_builder.facade.paging import Paginating
from dynamo_document_builder.facade.sendable import check_sendable
from dynamo_document_builder.facade.table import Table
from dynamo_document_builder.facade.transactions import Transacting
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.tables.index_limits import MAX_GLOBAL_INDEXES
from dynamo_document_builder.wire.driver import first_request

if TYPE_CHECKING:
    from dynamo_document_builder.cost.cost import Cost
    from dynamo_document_builder.explain.explanation import Explanation
    from dynamo_document_builder.model.commands.protocols import TableCommand
    from dynamo_document_builder.model.tables.indexes import GlobalIndexes, LocalIndexes
    from dynamo_document_builder.model.tables.table_model import TableModel
    from dynamo_document_builder.wire.request import Request
    from dynamo_document_builder.wire.transport_choice import AnyTransport

R = TypeVar("R")


@explain_unknown_options
@frozen(init=False, eq=False)
class Database(Connected, Transacting, Paginating):
    """
    Several tables of one account, region and client: what one transaction can span.

    Example:
        >>> database = Database(boto3.client("dynamodb"))
        >>> accounts, audit = database.table("accounts"), database.table("audit")

    """

    __connection__: Connection = field(repr=False)

    def __init__(self, client: Any = None, *, transport: AnyTransport | None = None) -> None:
        object.__setattr__(self, "__connection__", Connection.through(client, transport))

    @property
    def __subject__(self) -> str:
        """What an error calls it."""
        return "the database"

    def connect(self, client: Any = None, *, transport: AnyTransport | None = None) -> None:
        """Bind a boto3 client, or a transport, now: for every table of this database."""
        self.__connection__.connect(client, transport)

    def table(
        self,
        name: str,
        *,
        partition_key: str = "PK",
        sort_key: str | None = "SK",
        global_secondary_indexes: GlobalIndexes | None = None,
        local_secondary_indexes: LocalIndexes | None = None,
        entity_attribute: str | None = None,
        max_global_indexes: int = MAX_GLOBAL_INDEXES,
    ) -> Table:
        """Return a table of this database, reached through its client."""
        return Table(
            name,
            partition_key=partition_key,
            sort_key=sort_key,
            global_secondary_indexes=global_secondary_indexes,
            local_secondary_indexes=local_secondary_indexes,
            entity_attribute=entity_attribute,
            max_global_indexes=max_global_indexes,
            _connection=self.__connection__,
        )

    def __refusal__(self, table: TableModel, /) -> str | None:
        """Say why operations on a table cannot be sent here, `None` if they can."""
        if isinstance(table, Table) and self.__connection__.is_other(table.__connection__):
            return f"it is bound to table {table.name!r} on another client: send it with the Database of that client"
        return None

    def send(self, command: TableCommand[R]) -> R:
        """Send a command over prepared groups of any tables of this database."""
        check_sendable(command, "database")
        return self.__connection__.run(command.__flow__(self), command.__limits__, self.__subject__)

    async def asend(self, command: TableCommand[R]) -> R:
        """Send a command over prepared groups, without blocking the event loop; the same command, the same result."""
        check_sendable(command, "database")
        return await self.__connection__.arun(command.__flow__(self), command.__limits__, self.__subject__)

    def request(self, command: TableCommand[Any]) -> Request:
        """Return the first request the command would send. Nothing is sent, and no client is needed."""
        check_sendable(command, "database")
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

"""A database: several tables that one client reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from dynamo_document_builder.facade.connection import Connection
from dynamo_document_builder.facade.table import Table
from dynamo_document_builder.facade.transact import Transacting
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.tables.index_limits import MAX_GLOBAL_INDEXES

if TYPE_CHECKING:
    from dynamo_document_builder.model.tables.indexes import GlobalIndexes, LocalIndexes
    from dynamo_document_builder.model.tables.table_model import TableModel
    from dynamo_document_builder.wire.transport_choice import AnyTransport


@explain_unknown_options
@frozen(init=False, eq=False)
class Database(Transacting):
    """
    Several tables that one client reaches, for commands over the entities of more than one table.

    A transaction or a batch can only contain tables of one database, which has one account and one region.

    Args:
        client: A boto3 or aiobotocore client for DynamoDB. You can also pass it later, with `connect`.
        transport: Another way to send requests, such as an `HttpTransport`; see Transports.

    Example:
        >>> database = Database(boto3.client("dynamodb"))
        >>> accounts, audit = database.table("accounts"), database.table("audit")

    """

    __connection__: Connection = field(repr=False)

    def __init__(self, client: Any = None, *, transport: AnyTransport | None = None) -> None:
        object.__setattr__(self, "__connection__", Connection.through(client, transport))

    @property
    def __subject__(self) -> str:
        """The name of the database in error messages."""
        return "the database"

    def connect(self, client: Any = None, *, transport: AnyTransport | None = None) -> None:
        """
        Set the client or the transport of this database and of all its tables.

        The next send uses it. Calling `connect` again replaces it.

        Raises:
            DefinitionError: both are given, and both are for `send` or both for `asend`.

        """
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
        """
        Return a table of this database. It uses the client of the database.

        The parameters are those of `Table`.

        Raises:
            DefinitionError: DynamoDB would not create such a table.

        """
        table = Table(
            name,
            partition_key=partition_key,
            sort_key=sort_key,
            global_secondary_indexes=global_secondary_indexes,
            local_secondary_indexes=local_secondary_indexes,
            entity_attribute=entity_attribute,
            max_global_indexes=max_global_indexes,
        )
        object.__setattr__(table, "__connection__", self.__connection__)
        return table

    def __refusal__(self, table: TableModel, /) -> str | None:
        """Return why operations on a table cannot be sent here; `None` if they can."""
        if isinstance(table, Table) and self.__connection__.is_other(table.__connection__):
            return f"it is bound to table {table.name!r} on another client: send it with the Database of that client"
        return None

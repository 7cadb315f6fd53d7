"""CreateTable, DescribeTable, DeleteTable, ListTables, UpdateTimeToLive and DescribeTimeToLive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.testing.memory.members import Members
from dynamo_document_builder.testing.memory.refused import RefusedError, invalid, not_found
from dynamo_document_builder.testing.memory.storage.definitions import described, read_definition
from dynamo_document_builder.testing.memory.storage.tables import Table

if TYPE_CHECKING:
    from dynamo_document_builder.testing.memory.storage.database import Database

_MOST_LISTED: Final = 100


def create_table(database: Database, members: Members) -> dict[str, Any]:
    """Do CreateTable; the table is active at once."""
    definition = read_definition(members.given)
    if definition.name in database.tables:
        raise RefusedError("ResourceInUseException", f"Table already exists: {definition.name}")
    table = database.tables[definition.name] = Table(definition)
    return {"TableDescription": _description(table)}


def describe_table(database: Database, members: Members) -> dict[str, Any]:
    """Do DescribeTable."""
    return {"Table": _description(_table(database, members))}


def delete_table(database: Database, members: Members) -> dict[str, Any]:
    """Do DeleteTable; the table is gone at once."""
    table = _table(database, members)
    if table.definition.request.get("DeletionProtectionEnabled"):
        raise invalid(
            f"Resource cannot be deleted as it is currently protected against deletion. "
            f"Disable deletion protection first: {table.definition.name}"
        )
    del database.tables[table.definition.name]
    return {"TableDescription": _description(table) | {"TableStatus": "DELETING"}}


def list_tables(database: Database, members: Members) -> dict[str, Any]:
    """Do ListTables."""
    limit = members.whole("Limit", 1) or _MOST_LISTED
    after = members.text("ExclusiveStartTableName") or ""
    names = [name for name in sorted(database.tables) if name > after]
    answer: dict[str, Any] = {"TableNames": names[:limit]}
    if len(names) > limit:
        answer["LastEvaluatedTableName"] = names[limit - 1]
    return answer


def update_time_to_live(database: Database, members: Members) -> dict[str, Any]:
    """Do UpdateTimeToLive. Items do not expire in the engine: DynamoDB promises no moment either."""
    table = _table(database, members)
    asked = Members(members.needed_mapping("TimeToLiveSpecification"))
    name, enabled = asked.text("AttributeName"), asked.flag("Enabled")
    if name is None:
        raise invalid(
            "1 validation error detected: Value null at 'timeToLiveSpecification.attributeName' failed to "
            "satisfy constraint: Member must not be null"
        )
    if enabled is (table.time_to_live is not None):
        raise invalid(f"TimeToLive is already {'enabled' if enabled else 'disabled'}")
    table.time_to_live = name if enabled else None
    return {"TimeToLiveSpecification": {"AttributeName": name, "Enabled": enabled}}


def describe_time_to_live(database: Database, members: Members) -> dict[str, Any]:
    """Do DescribeTimeToLive."""
    name = _table(database, members).time_to_live
    told = (
        {"TimeToLiveStatus": "DISABLED"}
        if name is None
        else {
            "TimeToLiveStatus": "ENABLED",
            "AttributeName": name,
        }
    )
    return {"TimeToLiveDescription": told}


def _table(database: Database, members: Members) -> Table:
    name = members.table()
    found = database.tables.get(name)
    if found is None:
        raise not_found(f"Requested resource not found: Table: {name} not found")
    return found


def _description(table: Table) -> dict[str, Any]:
    indexed = {name: store.all() for name, store in table.entries.items()}
    return described(table.definition, table.items.all(), indexed)

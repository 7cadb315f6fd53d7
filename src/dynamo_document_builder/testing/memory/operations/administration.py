"""CreateTable, DescribeTable, DeleteTable, ListTables, UpdateTimeToLive and DescribeTimeToLive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.testing.memory.members import MAX_NAME, MIN_NAME, Members
from dynamo_document_builder.testing.memory.operations.defining import read_definition
from dynamo_document_builder.testing.memory.operations.describing import table_description
from dynamo_document_builder.testing.memory.refused import RefusedError, constraint, invalid, not_found
from dynamo_document_builder.testing.memory.storage.tables import Table

if TYPE_CHECKING:
    from dynamo_document_builder.testing.memory.storage.database import Database

_MOST_LISTED: Final = 100


def create_table(database: Database, members: Members) -> dict[str, Any]:
    """Carry out CreateTable. The table is active immediately."""
    definition = read_definition(members)
    if definition.name in database.tables:
        raise RefusedError("ResourceInUseException", f"Table already exists: {definition.name}")
    table = database.tables[definition.name] = Table(definition)
    return {"TableDescription": table_description(table)}


def describe_table(database: Database, members: Members) -> dict[str, Any]:
    """Carry out DescribeTable."""
    return {"Table": table_description(_table(database, members))}


def delete_table(database: Database, members: Members) -> dict[str, Any]:
    """Carry out DeleteTable. The table is deleted immediately."""
    table = _table(database, members)
    if table.definition.request.get("DeletionProtectionEnabled"):
        raise invalid(
            "Resource cannot be deleted as it is currently protected against deletion. "
            f"Disable deletion protection first: {table.definition.name}"
        )
    del database.tables[table.definition.name]
    return {"TableDescription": table_description(table) | {"TableStatus": "DELETING"}}


def list_tables(database: Database, members: Members) -> dict[str, Any]:
    """Carry out ListTables."""
    limit = members.integer("Limit", 1, _MOST_LISTED) or _MOST_LISTED
    after = members.text("ExclusiveStartTableName")
    if after is not None and len(after) < MIN_NAME:
        raise constraint(f"'{after}'", "exclusiveStartTableName", f"have length greater than or equal to {MIN_NAME}")
    names = [name for name in sorted(database.tables) if after is None or name > after]
    answer: dict[str, Any] = {"TableNames": names[:limit]}
    if len(names) > limit:
        answer["LastEvaluatedTableName"] = names[limit - 1]
    return answer


def update_time_to_live(database: Database, members: Members) -> dict[str, Any]:
    """Carry out UpdateTimeToLive. Items never expire: DynamoDB does not guarantee when they do, either."""
    table = _table(database, members)
    specification = Members(members.needed_mapping("TimeToLiveSpecification"))
    name, enabled = specification.needed_text("AttributeName"), specification.flag("Enabled")
    if not name:
        raise constraint("''", "timeToLiveSpecification.attributeName", "have length greater than or equal to 1")
    if enabled is (table.time_to_live is not None):
        raise invalid(f"TimeToLive is already {'enabled' if enabled else 'disabled'}")
    table.time_to_live = name if enabled else None
    return {"TimeToLiveSpecification": {"AttributeName": name, "Enabled": enabled}}


def describe_time_to_live(database: Database, members: Members) -> dict[str, Any]:
    """Carry out DescribeTimeToLive."""
    name = _table(database, members).time_to_live
    if name is None:
        return {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}
    return {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": name}}


def _table(database: Database, members: Members) -> Table:
    name = members.table()
    if len(name) < MIN_NAME:
        raise invalid(f"TableName must be at least {MIN_NAME} characters long and at most {MAX_NAME} characters long")
    found = database.tables.get(name)
    if found is None:
        raise not_found(f"Requested resource not found: Table: {name} not found")
    return found

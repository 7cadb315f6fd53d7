"""The commands `put`, `delete`, `diff` and `commit`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from attrs import evolve

from dynamo_document_builder.changesets.changeset import Changeset
from dynamo_document_builder.cli.exit_status import Exit, noting_interrupt
from dynamo_document_builder.cli.lookup import load_entity, override_table_name
from dynamo_document_builder.cli.options import ENTITY, KEY, NAMES, VALUES, Command, SharedOptions, with_shared_options
from dynamo_document_builder.cli.output import escape_controls, print_data, print_styled
from dynamo_document_builder.cli.values import parse_condition, parse_fields, parse_item
from dynamo_document_builder.commands.delete import Delete
from dynamo_document_builder.commands.put import Put
from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.builders.conditions import item_exists, item_not_exists
from dynamo_document_builder.facade.database import Database

if TYPE_CHECKING:
    from dynamo_document_builder.facade.entity import Entity

_MAY_BE_APPLIED = "if the request was sent, the write may have been applied"
YES = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
CONDITION = click.option(
    "--if", "condition", help="Write only if this condition, in DynamoDB's expression language, is true."
)


@click.command(cls=Command)
@ENTITY
@click.argument("item")
@click.option("--replace", is_flag=True, help="Replace the item that is stored under the same key, if there is one.")
@CONDITION
@NAMES
@VALUES
@with_shared_options
def put(
    shared: SharedOptions,
    entity: str,
    item: str,
    replace: bool,
    condition: str | None,
    names: str,
    values: str,
) -> Exit:
    """
    Put one item, written as a JSON object of its fields, as `show --json --hidden` prints them.

    Plain JSON has no bytes, no sets and no exact decimals, so in a field of type Any they become text and lists. The
    item that `show --dynamodb-json --hidden` prints keeps every type.

    Without --replace an item that is stored under the same key stays as it is, and the put is refused.
    """
    users = load_entity(entity, shared)
    only_if = None if condition is None else parse_condition(condition, names, values)
    if not replace:
        only_if = item_not_exists() if only_if is None else item_not_exists() & only_if
    with noting_interrupt(_MAY_BE_APPLIED):
        users.send(Put(parse_item(users, item), condition=only_if))
    print_data("put 1 item")
    return Exit.OK


@click.command(cls=Command)
@ENTITY
@KEY
@CONDITION
@NAMES
@VALUES
@YES
@with_shared_options
def delete(
    shared: SharedOptions,
    entity: str,
    key: tuple[str, ...],
    condition: str | None,
    names: str,
    values: str,
    yes: bool,
) -> Exit:
    """Delete one item, after confirmation. If there is no such item, the command fails."""
    users = load_entity(entity, shared)
    only_if = item_exists() if condition is None else item_exists() & parse_condition(condition, names, values)
    command = Delete(parse_fields(users, key), condition=only_if)
    users.request(command)
    if not _is_confirmed(f"Delete {' '.join(key)} from table {users.table.name}?", yes=yes):
        return Exit.NO
    with noting_interrupt(_MAY_BE_APPLIED):
        users.send(command)
    print_data("deleted 1 item")
    return Exit.OK


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("entities", nargs=-1, required=True)
@with_shared_options
def diff(shared: SharedOptions, file: Path, entities: tuple[str, ...]) -> Exit:
    """Show what a stored changeset changes, item by item."""
    changes, _ = _load_changeset(shared, file, entities, connect=False)
    print_styled(changes.diff().lines(hidden=shared.hidden))
    return Exit.OK


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("entities", nargs=-1, required=True)
@YES
@with_shared_options
def commit(shared: SharedOptions, file: Path, entities: tuple[str, ...], yes: bool) -> Exit:
    """Show what a stored changeset changes, ask for confirmation, and apply all of it or nothing, in all its tables."""
    changes, found = _load_changeset(shared, file, entities, connect=True)
    print_styled(changes.diff().lines(hidden=shared.hidden))
    if not _is_confirmed("Commit?", yes=yes):
        return Exit.NO
    with noting_interrupt(f"{_MAY_BE_APPLIED}; committing the same file again within ten minutes applies it once"):
        result = changes.commit(_commit_target(found))
    print_data(f"committed {len(result.items)} operations")
    return Exit.OK


def _is_confirmed(question: str, *, yes: bool) -> bool:
    if yes:
        return True
    if not _has_terminal():
        raise UsageError("there is no terminal to ask for confirmation: pass --yes")
    return click.confirm(escape_controls(question))


def _has_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _load_changeset(
    shared: SharedOptions, file: Path, entities: tuple[str, ...], *, connect: bool
) -> tuple[Changeset, list[Entity[Any]]]:
    as_named = evolve(shared, table=None)
    found = [load_entity(text, as_named, connect=connect) for text in entities]
    names = dict.fromkeys(entity.table.name for entity in found)
    if shared.table is not None and len(names) > 1:
        raise UsageError(f"--table is for one table, and these entities are in {' and '.join(names)}")
    override_table_name(shared, [entity.table for entity in found])
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not a changeset: it is not UTF-8") from error
    return Changeset.from_json(text, found), found


def _commit_target(entities: list[Entity[Any]]) -> Any:
    """Return the table of the entities, or a database if they belong to several tables."""
    tables = [entity.table for entity in entities]
    if all(table.is_same(tables[0]) for table in tables):
        return tables[0]
    return Database(transport=tables[0].__connection__.transport)

"""The commands `show`, `query` and `scan`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from attrs import evolve

from dynamo_document_builder.changesets.item_values import wire_of
from dynamo_document_builder.cli.exit_status import Exit
from dynamo_document_builder.cli.lookup import load_entity
from dynamo_document_builder.cli.options import (
    CURSOR,
    ENTITY,
    FILTER,
    KEY,
    NAMES,
    ON_UNFIT,
    START,
    VALUES,
    Command,
    SharedOptions,
    with_shared_options,
)
from dynamo_document_builder.cli.output import print_grid, print_json, print_message
from dynamo_document_builder.cli.values import parse_condition, parse_fields, parse_sort_key_condition
from dynamo_document_builder.commands.get import Get
from dynamo_document_builder.commands.query import Query
from dynamo_document_builder.commands.scan import Scan
from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import MASKED
from dynamo_document_builder.model.entities.hidden import hidden_names
from dynamo_document_builder.schema.items.members import hidden_fields, value_of
from dynamo_document_builder.schema.plain_json.writer import masked_jsonable, to_jsonable

if TYPE_CHECKING:
    from dynamo_document_builder.facade.entity import Entity
    from dynamo_document_builder.model.reading.unfit import OnUnfit
    from dynamo_document_builder.paging.page import Page


@click.command(cls=Command)
@ENTITY
@KEY
@click.option("--json", "as_json", is_flag=True, help="As one JSON object, with every field.")
@click.option("--dynamodb-json", is_flag=True, help="As one JSON object that keeps every type, as `export` writes it.")
@with_shared_options
def show(shared: SharedOptions, entity: str, key: tuple[str, ...], as_json: bool, dynamodb_json: bool) -> Exit:
    """Show one item, field by field."""
    if as_json and dynamodb_json:
        raise UsageError("--json and --dynamodb-json are two forms of one item: give one of them")
    users = load_entity(entity, shared)
    if dynamodb_json and not shared.hidden and hidden_names((users.__model__,)):
        raise UsageError(f"--dynamodb-json shows all values, and {users.name} has hidden ones: give --hidden too")
    item = users.send(Get(parse_fields(users, key), consistent=True)).item
    if item is None:
        print_message("there is no such item")
        return Exit.NO
    if dynamodb_json:
        print_json(wire_of(users.__model__, item), indent=2)
    elif as_json:
        print_json(_jsonable(shared, item), indent=2)
    else:
        secret = frozenset[str]() if shared.hidden else hidden_fields(item)
        print_grid(
            (name, MASKED if name in secret else _cell(value_of(item, name))) for name in users.__model__.codec.fields
        )
    return Exit.OK


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _jsonable(shared: SharedOptions, item: object) -> Any:
    return to_jsonable(item) if shared.hidden else masked_jsonable(item)


@click.command(cls=Command)
@ENTITY
@KEY
@click.option("--index", help="Query a secondary index.")
@click.option(
    "--sort-key", nargs=2, metavar="OPERATOR VALUE", help="A condition on the sort key: '>=' placed_on=2026-01-01."
)
@click.option("--between", nargs=2, metavar="LOW HIGH", help="Only sort keys from LOW to HIGH.")
@FILTER
@NAMES
@VALUES
@click.option("--limit", type=click.IntRange(1), help="How many items at most; 25 by default.")
@click.option("--reverse", is_flag=True, help="In descending order.")
@START
@CURSOR
@ON_UNFIT
@with_shared_options
def query(
    shared: SharedOptions,
    entity: str,
    key: tuple[str, ...],
    index: str | None,
    sort_key: tuple[str, str] | None,
    between: tuple[str, str] | None,
    filter_: str | None,
    names: str,
    values: str,
    limit: int | None,
    reverse: bool,
    start: str | None,
    cursor: bool,
    on_unfit: OnUnfit,
) -> Exit:
    """
    Print the items under a key as JSON lines; a part of the sort key's fields is enough.

    OPERATOR is =, <, <=, >, >= or begins_with. VALUE, LOW and HIGH are the stored text, or field=value to have the
    entity build it.
    """
    users = load_entity(entity, shared)
    fields = parse_fields(users, key)
    asked: Any = Query(fields) if index is None else Query(index={index: fields})
    command = evolve(
        asked,
        sort_key_condition=parse_sort_key_condition(users, sort_key, between),
        filter=None if filter_ is None else parse_condition(filter_, names, values),
        max_items=limit or _QUERY_LIMIT,
        reverse=reverse,
        start=start,
        on_unfit=on_unfit,
    )
    return _print_page(shared, users.send(command), says_more=cursor or limit is None)


@click.command(cls=Command)
@ENTITY
@click.option("--index", help="Scan a secondary index: only items that are in it.")
@FILTER
@NAMES
@VALUES
@click.option("--limit", type=click.IntRange(1), help="How many items at most; 100 by default.")
@START
@CURSOR
@ON_UNFIT
@with_shared_options
def scan(
    shared: SharedOptions,
    entity: str,
    index: str | None,
    filter_: str | None,
    names: str,
    values: str,
    limit: int | None,
    start: str | None,
    cursor: bool,
    on_unfit: OnUnfit,
) -> Exit:
    """Print items as JSON lines, in no particular order."""
    users: Entity[Any] = load_entity(entity, shared)
    command: Any = Scan(
        index_name=index,
        filter=None if filter_ is None else parse_condition(filter_, names, values),
        max_items=limit or _SCAN_LIMIT,
        start=start,
        on_unfit=on_unfit,
    )
    return _print_page(shared, users.send(command), says_more=cursor or limit is None)


_QUERY_LIMIT = 25
_SCAN_LIMIT = 100
"""The default of `--limit` for `query` and `scan`."""


def _print_page(shared: SharedOptions, found: Page[Any], *, says_more: bool) -> Exit:
    for item in found.items:
        print_json(_jsonable(shared, item))
    for unfit in found.unfit:
        print_message(f"does not fit: {unfit}")
    if says_more and found.cursor is not None:
        print_message(f"there may be more: continue with --start {found.cursor}")
    return Exit.OK if found.items else Exit.NO

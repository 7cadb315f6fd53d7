"""The commands `test`, `rehearse`, `explain`, `cost` and `describe`, which write nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dynamo_document_builder.cli.exit_status import Exit
from dynamo_document_builder.cli.lookup import load_command, load_entity, load_sender
from dynamo_document_builder.cli.options import ENTITY, KEY, NAMES, VALUES, Command, SharedOptions, with_shared_options
from dynamo_document_builder.cli.output import print_data, print_grid, print_styled
from dynamo_document_builder.cli.values import parse_condition, parse_fields, parse_json_condition
from dynamo_document_builder.commands.test_condition import TestCondition

if TYPE_CHECKING:
    from dynamo_document_builder.schema.kinds.base import FieldInfo


@click.command(cls=Command)
@ENTITY
@KEY
@click.argument("condition")
@NAMES
@VALUES
@with_shared_options
def test(shared: SharedOptions, entity: str, key: tuple[str, ...], condition: str, names: str, values: str) -> Exit:
    """
    Test a condition on the current item.

    CONDITION is a JSON object of fields and values, or an expression in DynamoDB's expression language.
    """
    users = load_entity(entity, shared)
    is_object = condition.lstrip().startswith("{")
    wanted = parse_json_condition(condition) if is_object else parse_condition(condition, names, values)
    result = users.send(TestCondition(parse_fields(users, key), condition=wanted))
    print_styled(result.lines(values=True, hidden=shared.hidden))
    return Exit.OK if result.passed else Exit.NO


@click.command(cls=Command)
@ENTITY
@click.argument("command")
@with_shared_options
def rehearse(shared: SharedOptions, entity: str, command: str) -> Exit:
    """Test each condition of a transaction, written as MODULE:NAME, on the current items. Nothing is written."""
    result = load_sender(entity, shared).rehearse(load_command(command))
    print_styled(result.lines(values=True, hidden=shared.hidden))
    return Exit.OK if result.passed else Exit.NO


@click.command(cls=Command)
@ENTITY
@click.argument("command")
@click.option("--hide-values", is_flag=True, help="Show a ? for each value.")
@with_shared_options
def explain(shared: SharedOptions, entity: str, command: str, hide_values: bool) -> Exit:
    """Show what a command, written as MODULE:NAME, would do. Nothing is sent."""
    sender = load_sender(entity, shared, connect=False)
    print_styled(sender.explain(load_command(command), values=not hide_values, hidden=shared.hidden).lines())
    return Exit.OK


@click.command(cls=Command)
@ENTITY
@click.argument("command")
@with_shared_options
def cost(shared: SharedOptions, entity: str, command: str) -> Exit:
    """Show what a command, written as MODULE:NAME, costs in capacity units. Nothing is sent."""
    print_data(str(load_sender(entity, shared, connect=False).cost(load_command(command))))
    return Exit.OK


@click.command(cls=Command)
@ENTITY
@with_shared_options
def describe(shared: SharedOptions, entity: str) -> Exit:
    """Show the table, the keys and the stored fields of an entity. Nothing is sent."""
    users = load_entity(entity, shared, connect=False)
    print_data(f"{users.name} in table {users.table.name}")
    print_data(f"\n{users.explain_keys()}\n")
    print_grid((info.name, _field(info)) for info in users.__model__.codec.fields.values())
    return Exit.OK


def _field(info: FieldInfo) -> str:
    notes = [
        note
        for note, holds in (
            (f"stored as {info.attribute}", info.attribute != info.name),
            ("stored in the key alone", info.key_only),
            ("optional", info.optional or info.null),
            ("has a default", info.has_default),
            ("computed by the class", info.derived),
            ("set by the library", info.role is not None),
            ("hidden", not info.in_repr),
        )
        if holds
    ]
    return f"{info.kind.expected}  ({', '.join(notes)})" if notes else info.kind.expected

"""`test`, `rehearse`, `explain`, `cost` and `describe`: what is true, and what a command would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dynamo_document_builder.cli.exit_status import Exit
from dynamo_document_builder.cli.lookup import command_named, entity_named, sender_named
from dynamo_document_builder.cli.options import ENTITY, KEY, NAMES, VALUES, Command, Place, with_place
from dynamo_document_builder.cli.output import data, grid, styled
from dynamo_document_builder.cli.values import condition_from, fields_from, mapping_condition
from dynamo_document_builder.commands.test_condition import TestCondition

if TYPE_CHECKING:
    from dynamo_document_builder.schema.kinds.base import FieldInfo


@click.command(cls=Command)
@ENTITY
@KEY
@click.argument("condition")
@NAMES
@VALUES
@with_place
def test(place: Place, entity: str, key: tuple[str, ...], condition: str, names: str, values: str) -> Exit:
    """
    Test a condition on an item as it is now.

    CONDITION is a JSON object of fields and values, or an expression in DynamoDB's own language.
    """
    users = entity_named(entity, place)
    is_object = condition.lstrip().startswith("{")
    wanted = mapping_condition(condition) if is_object else condition_from(condition, names, values)
    result = users.send(TestCondition(fields_from(users, key), condition=wanted))
    styled(result.lines(values=True, hidden=place.hidden))
    return Exit.OK if result.passed else Exit.NO


@click.command(cls=Command)
@ENTITY
@click.argument("command")
@with_place
def rehearse(place: Place, entity: str, command: str) -> Exit:
    """Test each condition of a transaction, written as MODULE:NAME, on its items as they are now; write nothing."""
    result = sender_named(entity, place).rehearse(command_named(command))
    styled(result.lines(values=True, hidden=place.hidden))
    return Exit.OK if result.passed else Exit.NO


@click.command(cls=Command)
@ENTITY
@click.argument("command")
@click.option("--hide-values", is_flag=True, help="Show a ? for each value.")
@with_place
def explain(place: Place, entity: str, command: str, hide_values: bool) -> Exit:
    """Say what a command, written as MODULE:NAME, would do. Nothing is sent."""
    sender = sender_named(entity, place, connect=False)
    styled(sender.explain(command_named(command), values=not hide_values, hidden=place.hidden).lines())
    return Exit.OK


@click.command(cls=Command)
@ENTITY
@click.argument("command")
@with_place
def cost(place: Place, entity: str, command: str) -> Exit:
    """Say what a command, written as MODULE:NAME, costs in capacity units. Nothing is sent."""
    data(str(sender_named(entity, place, connect=False).cost(command_named(command))))
    return Exit.OK


@click.command(cls=Command)
@ENTITY
@with_place
def describe(place: Place, entity: str) -> Exit:
    """Say what an entity is: its table, its keys, and its fields as they are stored. Nothing is sent."""
    users = entity_named(entity, place, connect=False)
    data(f"{users.name} in table {users.table.name}")
    data(f"\n{users.explain_keys()}\n")
    grid((info.name, _field(info)) for info in users.__model__.codec.fields.values())
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
            ("kept by the library", info.role is not None),
            ("hidden", not info.in_repr),
        )
        if holds
    ]
    return f"{info.kind.expected}  ({', '.join(notes)})" if notes else info.kind.expected

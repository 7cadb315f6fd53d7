"""A line for a shell does what sending the command does: its request, read back, is taken by the service."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

from botocore import xform_name

from dynamo_document_builder import (
    BatchGet,
    BatchWrite,
    Delete,
    Get,
    Put,
    Query,
    Scan,
    TransactGet,
    TransactWrite,
    Update,
    add,
    item_not_exists,
)
from tests.contract.shop import Account, accounts_in, wire_key

if TYPE_CHECKING:
    from dynamo_document_builder import Entity, Explanation, Table
    from tests.contract.conftest import Stored

A1 = {"account_id": "a1"}


def from_shell(client: Any, explanation: Explanation) -> Any:
    """Do what the command line tool would with the words that a shell makes of the line."""
    _, service, command, option, text = shlex.split(explanation.shell)
    assert (service, option) == ("dynamodb", "--cli-input-json")
    assert command == xform_name(explanation.operation, "-")
    return getattr(client, command.replace("-", "_"))(**json.loads(text))


def test_every_write_does_the_same_from_a_shell(table: Table, client: Any, stored: Stored) -> None:
    accounts: Entity[Account] = accounts_in(table)
    for command in (
        Put(Account("a1", "it's $HOME `é`"), condition=item_not_exists()),
        Update(A1, updates={"balance": add(7)}),
        TransactWrite([Put(Account("a2")), Update(A1, updates={"balance": add(1)})]),
        BatchWrite([Account("a3")], deletes=[{"account_id": "a2"}]),
    ):
        from_shell(client, accounts.explain(command))
    assert accounts.send(Get(A1)).item == Account("a1", "it's $HOME `é`", balance=8)
    assert stored(table, **wire_key("ACCOUNT", "a2")) is None
    from_shell(client, accounts.explain(Delete(A1)))
    assert stored(table, **wire_key("ACCOUNT", "a1")) is None


def test_every_read_finds_the_same_from_a_shell(table: Table, client: Any) -> None:
    accounts = accounts_in(table)
    accounts.send(Put(Account("a1")))
    item = accounts.request(Put(Account("a1"))).payload["Item"]
    assert from_shell(client, accounts.explain(Get(A1)))["Item"] == item
    assert from_shell(client, accounts.explain(Query(A1)))["Items"] == [item]
    assert from_shell(client, accounts.explain(Scan(filter={"owner": "nobody"})))["Items"] == [item]
    assert from_shell(client, accounts.explain(TransactGet([A1])))["Responses"] == [{"Item": item}]
    assert from_shell(client, accounts.explain(BatchGet([A1])))["Responses"] == {table.name: [item]}


def test_explaining_sends_nothing(table: Table) -> None:
    accounts = accounts_in(table)
    accounts.explain(Put(Account("a1")))
    assert accounts.send(Get(A1)).item is None

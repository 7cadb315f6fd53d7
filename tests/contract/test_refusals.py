"""What DynamoDB refuses arrives as an error of the library, in whichever way it was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from dynamo_document_builder import (
    ConditionCheck,
    Delete,
    Entity,
    Get,
    Put,
    Raw,
    ServiceError,
    Table,
    TableNotFoundError,
    TableTransactWrite,
    TransactGet,
    TransactionCanceledError,
    TransactWrite,
    Update,
    UsageError,
    item_exists,
)
from tests.contract.shop import Account, accounts_in
from tests.contract.ways import EVERY_WAY, has_sdk

if TYPE_CHECKING:
    from tests.contract.conftest import Engine, OpenTable

pytestmark = EVERY_WAY

KEY = {"account_id": "a1"}
COMMANDS = [
    Put(Account("a1")),
    Get(KEY),
    Update(KEY, updates={"owner": "x"}),
    Delete(KEY),
    TransactGet([KEY]),
    TransactWrite([Put(Account("a1"))]),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_a_missing_table_is_named(transport: Any, way: str, command: Any) -> None:
    accounts = accounts_in(Table("not-there", transport=transport))
    with pytest.raises(TableNotFoundError) as refused:
        accounts.send(command)
    error = refused.value
    assert error.code == "ResourceNotFoundException"
    assert error.operation == accounts.request(command).operation
    assert "not-there" in str(error)
    assert error.message
    assert not error.retryable
    assert not error.outcome_unknown
    assert isinstance(error.__cause__, ClientError) == has_sdk(way)


@pytest.mark.parametrize("command", COMMANDS[1:], ids=lambda command: type(command).__name__)
def test_a_key_of_a_type_the_table_does_not_have_is_a_validation_refusal(
    open_table: OpenTable, engine: Engine, command: Any
) -> None:
    """The library cannot know it, and DynamoDB says it at the top level or as a reason."""
    engine.requires("read_key_type")
    accounts = accounts_in(open_table(key_types={"SK": "N"}))
    with pytest.raises(ServiceError) as refused:
        accounts.send(command)
    assert refused.value.is_validation
    assert not refused.value.retryable


def test_a_validation_refusal_can_be_a_reason(open_table: OpenTable, engine: Engine) -> None:
    engine.requires("table_key_type_reason")
    accounts = accounts_in(open_table(key_types={"SK": "N"}))
    with pytest.raises(TransactionCanceledError) as cancelled:
        accounts.send(TransactWrite([Put(Account("a1")), Put(Account("a2"))]))
    assert cancelled.value.is_validation
    assert [reason.code for reason in cancelled.value.reasons] == ["ValidationError", "ValidationError"]
    assert all(reason.message for reason in cancelled.value.reasons)
    assert "account_id='a1'" in str(cancelled.value)


def test_a_mix_of_reasons_is_no_validation_refusal(open_table: OpenTable, transport: Any, engine: Engine) -> None:
    engine.requires("table_key_type_reason")
    table = open_table()
    wrong_key = {"Delete": {"TableName": table.name, "Key": {"PK": {"S": "x"}, "SK": {"N": "1"}}}}
    group = accounts_in(table).prepare([ConditionCheck(KEY, condition=item_exists())])
    with pytest.raises(TransactionCanceledError) as cancelled:
        table.send(TableTransactWrite([Raw(wrong_key), group]))
    assert [reason.code for reason in cancelled.value.reasons] == ["ValidationError", "ConditionalCheckFailed"]
    assert not cancelled.value.is_validation
    assert not cancelled.value.retryable


def test_a_validation_refusal_can_come_at_the_top_level(table: Table) -> None:
    empty_key = {"TableName": table.name, "Item": {"PK": {"S": ""}, "SK": {"S": "y"}}}
    with pytest.raises(ServiceError) as refused:
        table.send(TableTransactWrite([Raw({"Put": empty_key})]))
    assert refused.value.is_validation
    assert refused.value.code == "ValidationException"


def test_an_index_key_of_the_wrong_type_is_a_validation_refusal(open_table: OpenTable, engine: Engine) -> None:
    engine.requires("index_key_type_reason")
    table = open_table(global_secondary_indexes={"GSI1": {"partition_key": "balance"}}, key_types={"balance": "S"})
    accounts: Entity[Account] = accounts_in(table)
    with pytest.raises(ServiceError) as alone:
        accounts.send(Put(Account("a1")))
    with pytest.raises(TransactionCanceledError) as cancelled:
        accounts.send(TransactWrite([Put(Account("a1"))]))
    assert alone.value.is_validation
    assert cancelled.value.is_validation


def test_nothing_is_sent_without_a_client() -> None:
    accounts = accounts_in(Table("app"))
    with pytest.raises(UsageError, match="not connected"):
        accounts.send(Get(KEY))


def test_a_client_can_come_late(table: Table, client: Any) -> None:
    late = Table(table.name)
    accounts = accounts_in(late)
    late.connect(client)
    accounts.send(Put(Account("a1", "Alice")))
    assert accounts.send(Get(KEY)).item == Account("a1", "Alice")
    assert accounts_in(table).send(Get(KEY)).item == Account("a1", "Alice")

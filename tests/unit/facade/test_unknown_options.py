"""An option that does not exist is refused in words about the command and the option that was meant."""

from __future__ import annotations

from typing import Any

import pytest

import dynamo_document_builder as ddb
from dynamo_document_builder import (
    BatchGet,
    BatchWrite,
    ConditionCheck,
    Database,
    Delete,
    Entity,
    Get,
    Put,
    Query,
    Raw,
    RetryPolicy,
    Scan,
    Table,
    TableBatchGet,
    TableBatchWrite,
    TableTransactGet,
    TableTransactWrite,
    TestCondition,
    TransactGet,
    TransactWrite,
    Update,
    item_exists,
)
from dynamo_document_builder.model.options.suggestions import SUGGESTIONS, option_names
from tests.unit.things import ALICE, User, table, users

KEY = {"user_id": "u1"}
RAW: Any = {"Delete": {"TableName": "app", "Key": {}}}

CALLS: dict[str, tuple[Any, tuple[Any, ...], dict[str, Any]]] = {
    "Put": (Put, (ALICE,), {}),
    "Get": (Get, (KEY,), {}),
    "Update": (Update, (KEY,), {"updates": {"name": "x"}}),
    "Delete": (Delete, (KEY,), {}),
    "ConditionCheck": (ConditionCheck, (KEY,), {"condition": item_exists()}),
    "TestCondition": (TestCondition, (KEY,), {"condition": item_exists()}),
    "Query": (Query, (KEY,), {}),
    "Scan": (Scan, (), {}),
    "TransactGet": (TransactGet, ([KEY],), {}),
    "TransactWrite": (TransactWrite, ([Put(ALICE)],), {}),
    "BatchGet": (BatchGet, ([KEY],), {}),
    "BatchWrite": (BatchWrite, ([ALICE],), {}),
    "TableTransactGet": (TableTransactGet, ((users.prepare(TransactGet([KEY])),),), {}),
    "TableTransactWrite": (TableTransactWrite, ([users.prepare([Put(ALICE)])],), {}),
    "TableBatchGet": (TableBatchGet, ((users.prepare(BatchGet([KEY])),),), {}),
    "TableBatchWrite": (TableBatchWrite, ([users.prepare(BatchWrite([ALICE]))],), {}),
    "Raw": (Raw, (RAW,), {}),
    "RetryPolicy": (RetryPolicy, (), {}),
    "Table": (Table, ("app",), {}),
    "Entity": (Entity, (User, table), {}),
    "Database": (Database, (), {}),
}
each = pytest.mark.parametrize("name", CALLS)


def service_error(name: str, **options: Any) -> str:
    build, given, needed = CALLS[name]
    with pytest.raises(TypeError) as caught:
        build(*given, **needed, **options)
    return str(caught.value)


def test_every_command_is_here() -> None:
    commands = {
        name for name in ddb.__all__ if hasattr(getattr(ddb, name), "__flow__") or name in {"ConditionCheck", "Raw"}
    }
    assert commands <= CALLS.keys()


@each
def test_it_is_refused_in_words_about_its_class(name: str) -> None:
    text = service_error(name, zzzzzz=1)
    assert text.startswith(f"{name} has no option 'zzzzzz'; it has '")
    assert "__" not in text
    assert "'self'" not in text


@each
def test_what_is_offered_can_be_given(name: str) -> None:
    build, given, needed = CALLS[name]
    assert set(needed) <= set(option_names(build))
    for option in option_names(build):
        with pytest.raises(TypeError) as caught:  # all are refused for the option that does not exist
            build(*given, **{**needed, option: None, "zzzzzz": 1})
        assert str(caught.value).startswith(f"{name} has no option 'zzzzzz'") or "multiple values" in str(caught.value)


@each
def test_python_refuses_the_rest_in_its_own_words(name: str) -> None:
    build, given, needed = CALLS[name]
    with pytest.raises(TypeError, match="positional argument"):
        build(*given, *range(20), **needed)


@pytest.mark.parametrize(
    ("name", "option", "meant"),
    [
        ("Query", "limit", "'page_size' or 'max_items'"),
        ("Scan", "Limit", "'page_size' or 'max_items'"),
        ("Query", "pageSize", "'page_size'"),
        ("Query", "ExclusiveStartKey", "'start'"),
        ("Query", "last_evaluated_key", "'start'"),
        ("Query", "scan_index_forward", "'reverse'"),
        ("Query", "range_key_condition", "'sort_key_condition'"),
        ("Query", "filter_condition", "'filter'"),
        ("Query", "index_name", "'index'"),
        ("Scan", "index", "'index_name'"),
        ("Query", "sort_key_conditon", "'sort_key_condition'"),
        ("Query", "conditon", "'filter'"),
        ("Query", "condition", "'filter'"),
        ("Query", "limt", "'page_size' or 'max_items'"),
        ("Query", "timout", "'timeout'"),
        ("Scan", "segments", "'total_segments' or 'segment'"),
        ("Scan", "totalsegment", "'total_segments'"),
        ("Get", "consistant", "'consistent'"),
        ("Get", "consistent_read", "'consistent'"),
        ("Get", "AttributesToGet", "'projection'"),
        ("Get", "keys", "'key'"),
        ("BatchGet", "key", "'keys'"),
        ("Put", "ConditionExpression", "'condition'"),
        ("Put", "if_not_exists", "'condition'"),
        ("Put", "return_value", "'return_values'"),
        ("Update", "actions", "'updates'"),
        ("TransactWrite", "client_request_token", "'idempotency_token'"),
        ("TransactWrite", "token", "'idempotency_token'"),
        ("BatchWrite", "puts", "'items'"),
        ("Table", "gsi", "'global_secondary_indexes'"),
        ("Table", "region_name", "'client' or 'transport'"),
        ("Table", "hash_key", "'partition_key'"),
        ("Entity", "pk", "'partition_key'"),
        ("Entity", "table_name", "'name' or 'table'"),
        ("Database", "endpoint_url", "'client' or 'transport'"),
        ("RetryPolicy", "max_retries", "'max_attempts'"),
    ],
)
def test_it_names_the_option_that_was_meant(name: str, option: str, meant: str) -> None:
    assert service_error(name, **{option: 1}) == f"{name} has no option {option!r}; did you mean {meant}?"


@pytest.mark.parametrize(
    ("name", "option"),
    [("Put", "consistant"), ("Get", "condition"), ("Get", "conditon"), ("Delete", "segments"), ("Query", "versions")],
)
def test_it_guesses_nothing_that_is_not_near(name: str, option: str) -> None:
    assert service_error(name, **{option: 1}).startswith(f"{name} has no option {option!r}; it has '")


def test_it_names_each_of_several() -> None:
    text = service_error("Query", Limit=5, ConsistentRead=True, page_size=3)
    assert text == (
        "Query has no option 'Limit'; did you mean 'page_size' or 'max_items'?; "
        "Query has no option 'ConsistentRead'; did you mean 'consistent'?"
    )


def test_a_method_that_builds_a_command_is_called_by_its_name() -> None:
    build: Any = users.transact
    with pytest.raises(TypeError, match=r"^transact has no option 'retries'; did you mean 'retry'\?$"):
        build(list[Any], [KEY], retries=5)


def test_every_name_in_the_table_leads_to_an_option_somewhere() -> None:
    known = {option for build, _, _ in CALLS.values() for option in option_names(build)}
    assert {option for options in SUGGESTIONS.values() for option in options} <= known
    assert all(name == name.replace("_", "").lower() for name in SUGGESTIONS)


def test_a_type_error_of_a_validator_is_not_taken_for_an_unknown_option() -> None:
    class Odd:
        def __iter__(self) -> Any:
            raise TypeError("cannot be iterated")

    odd: Any = Odd()
    with pytest.raises(TypeError, match="cannot be iterated"):
        TransactGet(odd)

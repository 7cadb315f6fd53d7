"""A command that is given nothing but what it is about is the same as one that is built step by step."""

from __future__ import annotations

import inspect
from copy import deepcopy
from typing import Any

import pytest
from attrs import evolve, exceptions, fields, frozen

from dynamo_document_builder import BatchGet, Delete, Get, Put, TransactGet, TransactWrite, UsageError
from tests.unit.things import ALICE, User, users

STEP_BY_STEP: Any = Put(ALICE, label=None)


def test_it_has_every_field_of_one_built_step_by_step() -> None:
    at_once = Put(ALICE)
    assert vars(at_once).keys() == {"item", "__built_ns__"}
    assert all(hasattr(at_once, info.name) for info in fields(Put))
    assert at_once == STEP_BY_STEP
    assert hash(Put("x")) == hash(Put("x", label=None))
    assert repr(at_once) == repr(STEP_BY_STEP)
    assert at_once.__built_ns__ >= STEP_BY_STEP.__built_ns__ > 0


def test_each_is_its_own() -> None:
    one, other = Put(ALICE), Put(User("u2", "Bob"))
    assert (one.item, other.item) == (ALICE, User("u2", "Bob"))
    assert evolve(one, label="x").label == "x"
    assert (one.label, deepcopy(one)) == (None, one)
    with pytest.raises(exceptions.FrozenInstanceError):
        one.item = ALICE  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def test_what_is_given_is_checked_and_what_is_missing_told() -> None:
    build: Any = Put
    with pytest.raises(UsageError, match="timeout"):
        build(ALICE, timeout=-1)
    for given, options in (((), {}), ((ALICE, 5), {}), ((ALICE,), {"nobody": 1})):
        with pytest.raises(TypeError):
            build(*given, **options)
    assert build(item=ALICE) == STEP_BY_STEP
    assert "condition" in inspect.signature(Put).parameters


KEY = {"user_id": "u1"}


@pytest.mark.parametrize(
    ("command", "name", "value"),
    [
        (Put, "item", ALICE),
        (Get, "key", KEY),
        (Delete, "key", KEY),
        (TransactGet, "keys", [KEY, KEY]),
        (BatchGet, "keys", [KEY]),
        (TransactWrite, "writes", [Put(ALICE), Delete(KEY)]),
    ],
)
def test_by_place_and_by_name_it_is_the_same(command: Any, name: str, value: Any) -> None:
    built = command(value, skip_validation=False)
    for at_once in (command(value), command(**{name: value})):
        assert at_once == built
        assert repr(at_once) == repr(built)
        assert all(getattr(at_once, info.name) == getattr(built, info.name) for info in fields(command) if info.eq)
        assert evolve(at_once, timeout=5.0).timeout == 5.0
        assert deepcopy(at_once) == built
    with pytest.raises(TypeError):
        command(value, **{name: value})


def test_what_is_given_is_converted_and_checked() -> None:
    keys = [dict(KEY)]
    command: Any = TransactGet(keys)
    keys[0]["user_id"] = "changed"
    assert command.keys[0]["user_id"] == "u1"
    transact: Any = TransactWrite
    with pytest.raises(UsageError, match="takes a list of writes"):
        transact(Put(ALICE))
    with pytest.raises(UsageError, match="not str"):
        transact(writes=["put"])


@frozen(kw_only=True)
class Audited(Put[User]):
    """A command of somebody's own, with what attrs makes."""

    by: str = "nobody"


class Renamed(Put[User]):
    """One that changes nothing."""


@pytest.mark.parametrize("kind", [Put, Audited, Renamed])
def test_options_that_mean_nothing_in_a_transaction_are_found_however_the_command_was_built(kind: Any) -> None:
    told = kind(item=ALICE, timeout=5.0)
    for command in (told, deepcopy(told), evolve(kind(item=ALICE), timeout=5.0)):
        with pytest.raises(UsageError, match="timeout= has no effect inside a transaction"):
            users.request(TransactWrite(writes=[command]))
    assert users.request(TransactWrite(writes=[kind(item=ALICE)], idempotency_token="t")).body

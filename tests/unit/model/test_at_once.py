"""A put that is given nothing but an item is the same as one that is built step by step."""

from __future__ import annotations

import inspect
from copy import deepcopy
from typing import Any

import pytest
from attrs import evolve, exceptions, fields

from dynamo_document_builder import Put, UsageError
from tests.unit.things import ALICE, User

STEP_BY_STEP: Any = Put(ALICE, label=None)


def test_it_has_every_field_of_one_built_step_by_step() -> None:
    at_once = Put(ALICE)
    assert vars(at_once).keys() == vars(STEP_BY_STEP).keys() == {info.name for info in fields(Put)}
    assert at_once == STEP_BY_STEP
    assert hash(Put("x")) == hash(Put("x", label=None))
    assert repr(at_once) == repr(STEP_BY_STEP)
    assert at_once.made_ns >= STEP_BY_STEP.made_ns > 0


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

"""Small frozen values and update expressions that commands rest on."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from dynamo_document_builder import DefinitionError, Get, ItemValidationError, UsageError
from dynamo_document_builder.errors import TableMismatchError
from dynamo_document_builder.errors.findings import FieldFailure, Problem
from dynamo_document_builder.errors.texts import describe_item, suggestion
from dynamo_document_builder.model.commands.frozen import FrozenMap, frozen_key
from dynamo_document_builder.model.commands.problems import Problems
from tests.unit.things import ALICE, Member, members, users


def test_a_frozen_map_is_a_mapping_nobody_can_change() -> None:
    data = {"a": 1}
    frozen: Any = FrozenMap(data)
    data["a"] = 2
    assert dict(frozen) == {"a": 1}
    assert frozen == {"a": 1}
    assert repr(frozen) == "{'a': 1}"
    assert hash(frozen) == hash(FrozenMap({"a": 1}))
    with pytest.raises(TypeError):
        frozen["a"] = 3
    for copied in (pickle.loads(pickle.dumps(frozen)), copy.copy(frozen), copy.deepcopy(frozen)):  # noqa: S301
        assert copied == frozen
        assert isinstance(copied, FrozenMap)


def test_an_instance_as_a_key_stays_itself() -> None:
    assert frozen_key(ALICE) is ALICE
    assert Get(ALICE).key is ALICE


def test_findings_of_one_kind_keep_their_class() -> None:
    for kind in (ItemValidationError, TableMismatchError, UsageError):
        problems = Problems("Put", "User")
        problems.note("one", kind)
        with pytest.raises(kind) as caught:
            problems.raise_any()
        assert type(caught.value) is kind
    problems = Problems("Put", "User")
    problems.raise_any()
    problems.note("one", ItemValidationError)
    problems.note("two", TableMismatchError)
    with pytest.raises(UsageError) as mixed:
        problems.raise_any()
    assert type(mixed.value) is UsageError
    assert str(mixed.value) == "Put User was not sent, 2 problems:\n  one\n  two"


def test_texts_name_entities_keys_and_fields() -> None:
    assert describe_item("User", {"user_id": "u1", "n": 5}) == "User user_id='u1' n=5"
    assert describe_item(None, None) == ""
    assert suggestion("nme", ["name", "age"]) == "did you mean 'name'?"
    assert suggestion("zzz", ["name", "age"]) == "it has 'name', 'age'"
    assert str(FieldFailure("a.b", "int", "str")) == "a.b: expected int, found str"
    assert str(Problem("x", index=0, entity="User", key={"user_id": "u"})) == "[0] User user_id='u': x"


def test_an_entity_is_what_a_definition_says() -> None:
    with pytest.raises(DefinitionError):
        type(users)(Member, members.table)
    assert "User" in repr(users)

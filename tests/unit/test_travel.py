"""Every public value is pickled and copied, and what comes out is equal; every error keeps what it holds."""

from __future__ import annotations

import copy
import inspect
import pickle
import threading
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve, fields

import dynamo_document_builder as library
from dynamo_document_builder import RetryPolicy
from dynamo_document_builder.expressions.builders.operands import Operand
from tests.unit import travelling

if TYPE_CHECKING:
    from collections.abc import Callable

VALUES = {f"{number}-{type(value).__name__}": value for number, value in enumerate(travelling.values())}
ERRORS = {f"{number}-{type(error).__name__}": error for number, error in enumerate(travelling.errors())}


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301  our own


@pytest.mark.parametrize("again", [pickled, copy.copy, copy.deepcopy])
@pytest.mark.parametrize("name", VALUES)
def test_a_value_travels(name: str, again: Callable[[Any], Any]) -> None:
    value = VALUES[name]
    travelled = again(value)
    assert type(travelled) is type(value)
    assert sorted(repr(travelled)) == sorted(repr(value))  # a copy of a set can have another order
    if _is_operand(value):  # comparing one builds a condition
        return
    assert travelled == value
    assert again(travelled) == value
    try:
        expected = hash(value)
    except TypeError:  # it holds an item or a mapping that cannot be hashed
        return
    assert hash(travelled) == expected


def _is_operand(value: Any) -> bool:
    if isinstance(value, tuple):
        return any(map(_is_operand, value))
    return isinstance(value, Operand)


@pytest.mark.parametrize("again", [pickled, copy.copy, copy.deepcopy])
@pytest.mark.parametrize("name", ERRORS)
def test_an_error_travels(name: str, again: Callable[[Any], Any]) -> None:
    error = ERRORS[name]
    travelled = again(error)
    assert type(travelled) is type(error)
    assert str(travelled) == str(error)
    assert travelled == error
    assert hash(travelled) == hash(error)
    assert vars(travelled).keys() >= vars(error).keys() - {"__replay__", "__resolver__"}
    assert repr(travelled.__cause__) == repr(error.__cause__)


def test_errors_that_say_something_else_are_not_equal() -> None:
    for number, error in enumerate(ERRORS.values()):
        assert [other == error for other in ERRORS.values()].index(True) == number
    assert library.NoAnswerError("x") != "x"


NOT_VALUES = {
    # what is defined once, and goes by name
    *("Database", "Entity", "Table"),
    # what has connections
    *("AiobotocoreTransport", "AsyncHttpTransport", "AsyncThreadTransport", "AsyncTracedTransport"),
    *("BotocoreTransport", "HttpTransport", "TracedTransport"),
    # what is under way
    *("AsyncPages", "Pages"),
    # what type checkers alone look at
    *("Part", "Several"),
    # what is abstract
    *("AsyncTransport", "Change", "Condition", "Page", "Transport", "WriteCommand"),
}


def test_every_public_class_is_tried() -> None:
    public = {name for name in library.__all__ if inspect.isclass(getattr(library, name))}
    tried = {cls.__name__ for value in [*VALUES.values(), *ERRORS.values()] for cls in type(value).__mro__}
    assert public - tried - NOT_VALUES == set()


COMMANDS = {name: value for name, value in VALUES.items() if hasattr(value, "__limits__")}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_derived_command_keeps_its_options(name: str) -> None:
    command = COMMANDS[name]
    options: dict[str, Any] = {"timeout": 7, "return_consumed_capacity": "TOTAL", "skip_validation": True}
    if hasattr(command, "retry"):
        options["retry"] = RetryPolicy(max_attempts=2)
    given = evolve(command, abort=threading.Event(), **options)
    for derived in (evolve(given), copy.copy(given), copy.deepcopy(given), pickled(given)):
        assert derived == given
        assert {one: getattr(derived, one) for one in options} == options
    assert evolve(given).abort is copy.copy(given).abort is copy.deepcopy(given).abort is given.abort
    assert pickled(given).abort is None


@pytest.mark.parametrize("name", [name for name, value in COMMANDS.items() if hasattr(value, "and_")])
def test_one_more_group_keeps_the_options(name: str) -> None:
    command = COMMANDS[name]
    options: dict[str, Any] = {
        "timeout": 7,
        "abort": threading.Event(),
        "return_consumed_capacity": "TOTAL",
        "skip_validation": True,
        "retry": RetryPolicy(max_attempts=2),
        "on_unfit": "collect",
    }
    assert options.keys() == {one.name for one in fields(type(command)) if one.kw_only}
    more = evolve(command, **options).and_(command.gets[0])
    assert {one: getattr(more, one) for one in options} == options
    assert more.gets == (*command.gets, command.gets[0])

"""The options commands share, and how they are written into a request."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, ClassVar, Literal, Self, TypeAlias, TypeVar

from attrs import field, fields, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.wire.limits import NO_LIMITS, Abort, Limits

C = TypeVar("C")

ReturnConsumedCapacity: TypeAlias = Literal["INDEXES", "TOTAL", "NONE"]
ReturnItemCollectionMetrics: TypeAlias = Literal["SIZE", "NONE"]
ReturnOldOnFailure: TypeAlias = Literal["ALL_OLD", "NONE"]


def one_of(*allowed: str, required: bool = False) -> Any:
    """Return an attrs validator for an option with a fixed set of words; `None` is refused if it is *required*."""

    def check(command: Any, attribute: Any, value: Any) -> None:
        if (value is None and not required) or (type(value) is str and value in allowed):
            return
        words = ", ".join(map(repr, allowed))
        raise UsageError(f"{type(command).__name__}({attribute.name}={value!r}): it is one of {words}")

    return check


def yes_or_no(command: Any, attribute: Any, value: Any) -> None:
    """Refuse anything but `True` and `False`: the text "false" would count as true."""
    if value is not True and value is not False:
        raise UsageError(f"{type(command).__name__}({attribute.name}={value!r}): it is True or False")


def check_label(command: Any, _: Any, value: Any) -> None:
    """Refuse a label that is not text."""
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{type(command).__name__}(label={value!r}): it is text")


def _check_timeout(command: Any, _: Any, value: Any) -> None:
    if value is not None and not (type(value) in {int, float} and value > 0):
        raise UsageError(f"{type(command).__name__}(timeout=...): seconds, more than 0")


def _check_abort(command: Any, _: Any, value: Any) -> None:
    if value is not None and not callable(getattr(value, "is_set", None)):
        raise UsageError(f"{type(command).__name__}(abort=...): anything with is_set(), such as a threading.Event")


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Options:
    """What every command that is sent on its own can be told."""

    __sent_by__: ClassVar[str] = "entity"
    """Who sends it: an `entity`, or a `table` or database."""
    __may_have_options__: ClassVar[bool] = True
    """Not so of a command that was built at once."""
    __count_in_groups__: ClassVar[frozenset[str]] = frozenset()
    """The options that have an effect where the command is a part of another one; all others are refused there."""

    skip_validation: bool = field(default=False, validator=yes_or_no)
    """
    Run nothing of the schema class's own validation.

    A write still checks types. A read returns what does not fit the schema as it is stored.
    """
    timeout: float | None = field(default=None, validator=_check_timeout)
    """
    Seconds for the whole send. A write that is cut off raises `OutcomeUnknownError`.

    The default is no limit, as are `math.inf` and every value above 30 days.
    """
    abort: Abort | None = field(default=None, eq=False, repr=False, validator=_check_abort)
    """
    Anything with `is_set()`; once set, no further request is sent.

    It belongs to the process: a command that is pickled leaves it behind.
    """
    return_consumed_capacity: ReturnConsumedCapacity | None = field(
        default=None, validator=one_of("INDEXES", "TOTAL", "NONE")
    )
    """
    "TOTAL", or "INDEXES" for each index too, asks what the request cost. Default: DynamoDB does not report the
    cost.
    """

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        cls.__may_have_options__ = True  # whatever the class is derived from: it may have an `__init__` of its own

    def __repr__(self) -> str:
        """Show what was given: the obvious first field by position, options that say something by name."""
        shown = [field for field in fields(type(self)) if field.repr]
        first = [repr(getattr(self, field.name)) for field in shown if not field.kw_only]
        rest = [
            f"{field.name}={value!r}"
            for field in shown
            if field.kw_only and (value := getattr(self, field.name)) != field.default
        ]
        return f"{type(self).__name__}({', '.join(first + rest)})"

    def __copy__(self) -> Self:
        return _remade(type(self), self._state())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        state = self._state()
        memo[id(self.abort)] = self.abort  # whoever holds it goes on to set it
        return _remade(type(self), deepcopy(state, memo))

    def __reduce__(self) -> tuple[Any, ...]:
        return _remade, (type(self), self._state() | {"abort": None})

    def _state(self) -> dict[str, Any]:
        """Return what the command was given and what it was built with, whether in slots or not."""
        return {one.name: getattr(self, one.name) for one in fields(type(self))} | vars(self)

    @property
    def __sender__(self) -> str:
        """Who sends this very command."""
        return self.__sent_by__

    @property
    def __limits__(self) -> Limits:
        return NO_LIMITS if self.timeout is None and self.abort is None else Limits(self.timeout, self.abort)


def _remade(cls: type[C], state: dict[str, Any]) -> C:
    command = cls.__new__(cls)
    for name, value in state.items():
        object.__setattr__(command, name, value)
    return command


def option(name: str, value: str | None) -> str:
    """Return a request member for an option, nothing for one that was not given."""
    return "" if value is None else f',"{name}":"{value}"'

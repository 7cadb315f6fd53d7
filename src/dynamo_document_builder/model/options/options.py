"""The options that all commands share, their validators, and their form in a request."""

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
    """Return an attrs validator for an option with a fixed set of values; *required* refuses `None`."""

    def check(command: Any, attribute: Any, value: Any) -> None:
        if (value is None and not required) or (type(value) is str and value in allowed):
            return
        words = ", ".join(map(repr, allowed))
        raise UsageError(f"{type(command).__name__}({attribute.name}={value!r}): must be one of {words}")

    return check


def yes_or_no(command: Any, attribute: Any, value: Any) -> None:
    """Refuse anything but `True` and `False`, because the string "false" is true in Python."""
    if value is not True and value is not False:
        raise UsageError(f"{type(command).__name__}({attribute.name}={value!r}): must be True or False")


def check_label(command: Any, _: Any, value: Any) -> None:
    """Refuse a label that is not a string."""
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{type(command).__name__}(label={value!r}): must be a str")


def _check_timeout(command: Any, _: Any, value: Any) -> None:
    if value is not None and not (type(value) in {int, float} and value > 0):
        raise UsageError(f"{type(command).__name__}(timeout=...): must be a number of seconds greater than 0")


def _check_abort(command: Any, _: Any, value: Any) -> None:
    if value is not None and not callable(getattr(value, "is_set", None)):
        raise UsageError(
            f"{type(command).__name__}(abort=...): must be an object with is_set(), such as a threading.Event"
        )


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Options:
    """The options of every command that can be sent."""

    __sent_by__: ClassVar[str] = "entity"
    """`entity` if an entity sends the command, `table` if a table or database does."""
    __may_have_options__: ClassVar[bool] = True
    """False for a command that the fast path of `built_at_once` built: it has no options."""
    __options_in_groups__: ClassVar[frozenset[str]] = frozenset()
    """The options that have an effect inside another command. The library refuses all other options there."""

    skip_validation: bool = field(default=False, validator=yes_or_no)
    """
    Skip the validators of the schema class. Default: `False`.

    A write still checks types. A read returns values that do not fit the schema as they are stored.
    """
    timeout: float | None = field(default=None, validator=_check_timeout)
    """
    The deadline for the whole `send` in seconds, including retries. Default: no deadline.

    If the deadline passes after a write was sent, `send` raises `OutcomeUnknownError`. `math.inf` and values above 30
    days mean no deadline.
    """
    abort: Abort | None = field(default=None, eq=False, repr=False, validator=_check_abort)
    """
    An object with `is_set()`, such as a `threading.Event`. Once it is set, the library sends no further request.

    Pickling a command drops this option. Default: `None`.
    """
    return_consumed_capacity: ReturnConsumedCapacity | None = field(
        default=None, validator=one_of("INDEXES", "TOTAL", "NONE")
    )
    """
    Return the capacity units that the command used, as `consumed_capacity` of the result. Default: not returned.

    `"TOTAL"` returns one number per table, `"INDEXES"` adds the units of each index.
    """

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        cls.__may_have_options__ = True  # a subclass may define `__init__`, even if its base is built by the fast path

    def __repr__(self) -> str:
        """Show the first field by position, and by name the options that differ from their defaults."""
        shown = [field for field in fields(type(self)) if field.repr]
        first = [repr(getattr(self, field.name)) for field in shown if not field.kw_only]
        rest = [
            f"{field.name}={value!r}"
            for field in shown
            if field.kw_only and (value := getattr(self, field.name)) != field.default
        ]
        return f"{type(self).__name__}({', '.join(first + rest)})"

    def __copy__(self) -> Self:
        return _rebuilt(type(self), self._state())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        state = self._state()
        memo[id(self.abort)] = self.abort  # copies share the event, so that setting it stops all of them
        return _rebuilt(type(self), deepcopy(state, memo))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (type(self), self._state() | {"abort": None})

    def _state(self) -> dict[str, Any]:
        """Return all fields and attributes of the command, with or without slots."""
        return {one.name: getattr(self, one.name) for one in fields(type(self))} | vars(self)

    @property
    def __sender__(self) -> str:
        """`entity` or `table`, for this instance."""
        return self.__sent_by__

    @property
    def __limits__(self) -> Limits:
        return NO_LIMITS if self.timeout is None and self.abort is None else Limits(self.timeout, self.abort)


def _rebuilt(cls: type[C], state: dict[str, Any]) -> C:
    command = cls.__new__(cls)
    for name, value in state.items():
        object.__setattr__(command, name, value)
    return command


def option(name: str, value: str | None) -> str:
    """Return the request member of an option, or an empty string if the option is `None`."""
    return "" if value is None else f',"{name}":"{value}"'

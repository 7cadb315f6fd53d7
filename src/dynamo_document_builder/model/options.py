"""The options commands share, and how they are written into a request."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, TypeAlias

from attrs import field, fields, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.wire.limits import NO_LIMITS, Abort, Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ReturnConsumedCapacity: TypeAlias = Literal["INDEXES", "TOTAL", "NONE"]
ReturnItemCollectionMetrics: TypeAlias = Literal["SIZE", "NONE"]
ReturnOldOnFailure: TypeAlias = Literal["ALL_OLD", "NONE"]


def one_of(*allowed: str, required: bool = False) -> Any:
    """Return an attrs validator for an option that has a fixed set of words; `None` is none of them if *required*."""

    def check(command: Any, attribute: Any, value: Any) -> None:
        if value not in allowed and (required or value is not None):
            words = ", ".join(map(repr, allowed))
            raise UsageError(f"{type(command).__name__}({attribute.name}={value!r}): it is one of {words}")

    return check


def _check_timeout(command: Any, _: Any, value: Any) -> None:
    if value is not None and not (type(value) in {int, float} and value > 0):
        raise UsageError(f"{type(command).__name__}(timeout=...): seconds, more than 0")


def _check_abort(command: Any, _: Any, value: Any) -> None:
    if value is not None and not callable(getattr(value, "is_set", None)):
        raise UsageError(f"{type(command).__name__}(abort=...): anything with is_set(), such as a threading.Event")


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Options:
    """What every command that is sent on its own can be told."""

    sent_by: ClassVar[str] = "entity"
    """Who sends it: an `entity`, or a `table` or database."""
    may_have_options: ClassVar[bool] = True
    """Not so of a command that was built at once."""

    skip_validation: bool = False
    """
    Run nothing of the schema class's own validation.

    A write still checks types. A read returns what does not fit the schema as it is stored.
    """
    timeout: float | None = field(default=None, validator=_check_timeout)
    """Seconds for the whole send. A write that is cut off raises `OutcomeUnknownError`."""
    abort: Abort | None = field(default=None, eq=False, repr=False, validator=_check_abort)
    """Anything with `is_set()`; once set, no further request is sent."""
    return_consumed_capacity: ReturnConsumedCapacity | None = field(
        default=None, validator=one_of("INDEXES", "TOTAL", "NONE")
    )

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        cls.may_have_options = True  # whatever the class is derived from: it may have an `__init__` of its own

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

    @property
    def sender(self) -> str:
        """Who sends this very command."""
        return self.sent_by

    @property
    def limits(self) -> Limits:
        return NO_LIMITS if self.timeout is None and self.abort is None else Limits(self.timeout, self.abort)


def option(name: str, value: str | None) -> str:
    """Return a request member for an option, nothing for one that was not given."""
    return "" if value is None else f',"{name}":"{value}"'


class Ineffective:
    """Options that mean nothing in some place: finds those that were given there."""

    __slots__ = ("_given", "_names", "_none")

    def __init__(self, *names: str) -> None:
        self._names = names
        self._given: Callable[[Any], tuple[Any, ...]] = attrgetter(*names)
        self._none = (None,) * len(names)

    def __call__(self, command: Any) -> Sequence[str]:
        """Return a finding for each that was given."""
        if not command.may_have_options or self._given(command) == self._none:
            return ()
        return [
            f"{name}= has no effect inside a transaction; {_INSTEAD.get(name, 'give it to the transaction')}"
            for name in self._names
            if getattr(command, name) is not None
        ]


_INSTEAD: Final = {"return_values": "DynamoDB returns no items from one: read them afterwards"}

"""The moment of a write, which `created_at` and `updated_at` get: given as `timestamp=`, or when it was built."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import time_ns
from typing import TYPE_CHECKING, Any, Final

from attrs import Factory, field, frozen

from dynamo_document_builder.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamo_document_builder.model.entities.entity_model import EntityModel

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def _check_timestamp(command: Any, _: Any, value: Any) -> None:
    if value is None:
        return
    name = type(command).__name__
    if not isinstance(value, datetime):
        raise UsageError(f"{name}(timestamp=...): a datetime with a timezone, not {type(value).__name__}")
    if value.utcoffset() is None:
        raise UsageError(f"{name}(timestamp=...): the datetime has no timezone; write datetime.now(UTC), for example")
    try:
        value.astimezone(UTC)
    except OverflowError:
        raise UsageError(
            f"{name}(timestamp=...): in UTC the moment is outside the years 1 to 9999; give one within them"
        ) from None


def nanoseconds(moment: datetime) -> int:
    """Return a moment in nanoseconds since 1970."""
    return (moment - EPOCH) // _MICROSECOND * 1000


def _made(command: Any) -> int:
    given = command.timestamp
    if given is None:
        return time_ns()  # looked up at every call, so that what replaces the clock in a test is seen
    _check_timestamp(command, None, given)  # attrs calls the validators last
    return nanoseconds(given)


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Timed:
    """A command that can be given its moment."""

    timestamp: datetime | None = field(default=None, validator=_check_timestamp)
    """
    The moment of the write, with a timezone: what `created_at` and `updated_at` are set to.

    The default is when the command was built. With it and an `idempotency_token`, a command that is built again after
    a crash is the same request, byte for byte.
    """


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Dated(Timed):
    """A command that has its moment from the time that it is built, so that sending it again is the same request."""

    __made_ns__: int = field(default=Factory(_made, takes_self=True), init=False, eq=False, repr=False)


def moment_of_all(given: datetime | None, parts: Iterable[Any]) -> int | None:
    """
    Return the one moment of a command of several parts: the given one, or that of the part that was built last.

    So the parts decide it: put into another command, they are still the same request. It is `None` if each part has
    its own, or none.
    """
    if given is not None:
        return nanoseconds(given)
    return max((part.__made_ns__ for part in parts if isinstance(part, Dated) and part.timestamp is None), default=None)


def moment_fields(entity: EntityModel[Any]) -> list[str]:
    """Return the names of the fields that are set to the moment of a write."""
    roles = entity.codec.roles
    return [] if roles is None else [info.name for info in (roles.created_at, roles.updated_at) if info is not None]


NO_MOMENTS: Final = (
    "timestamp= has no effect: no field of {} is marked stored(created_at=True) or stored(updated_at=True); "
    "mark one, or leave timestamp= out"
)


def idle_timestamp(given: datetime | None, entities: Iterable[EntityModel[Any]]) -> tuple[str, ...]:
    """Return a finding if a moment was given for items that keep none."""
    entities = () if given is None else tuple(entities)
    if given is None or any(map(moment_fields, entities)):
        return ()
    return (NO_MOMENTS.format(" or ".join(dict.fromkeys(entity.name for entity in entities)) or "a raw operation"),)

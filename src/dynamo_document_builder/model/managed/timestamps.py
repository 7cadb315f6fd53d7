"""The timestamp of a write, for `created_at` and `updated_at`: the option `timestamp=`, or the time of construction."""

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
        raise UsageError(f"{name}(timestamp=...): must be a datetime with a timezone, not {type(value).__name__}")
    if value.utcoffset() is None:
        raise UsageError(f"{name}(timestamp=...): the datetime has no timezone; write datetime.now(UTC), for example")
    try:
        value.astimezone(UTC)
    except OverflowError:
        raise UsageError(
            f"{name}(timestamp=...): in UTC, the datetime is outside the years 1 to 9999; give one in that range"
        ) from None


def nanoseconds(moment: datetime) -> int:
    """Return a time in nanoseconds since 1970."""
    return (moment - EPOCH) // _MICROSECOND * 1000


def _made(command: Any) -> int:
    given = command.timestamp
    if given is None:
        return time_ns()  # not bound as a default, so that tests can replace the clock
    _check_timestamp(command, None, given)  # attrs runs validators after factories
    return nanoseconds(given)


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class TimestampOption:
    """The option `timestamp=`."""

    timestamp: datetime | None = field(default=None, validator=_check_timestamp)
    """
    The value of `created_at` and `updated_at`, a datetime with a timezone.

    Default: the time at which you build the command.

    To build the same request again after a crash, pass both `timestamp` and `idempotency_token`.
    """


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class Timestamped(TimestampOption):
    """A command that records the time at which it is built. Sending it twice sends the same request twice."""

    __built_ns__: int = field(default=Factory(_made, takes_self=True), init=False, eq=False, repr=False)


def shared_timestamp_ns(given: datetime | None, parts: Iterable[Any]) -> int | None:
    """
    Return the shared timestamp of several writes: the given one, or the build time of the write that was built last.

    Because only the writes determine it, the same writes in another command give the same request. The result is `None`
    if every write has its own `timestamp=`, or none uses one.
    """
    if given is not None:
        return nanoseconds(given)
    return max(
        (part.__built_ns__ for part in parts if isinstance(part, Timestamped) and part.timestamp is None), default=None
    )


def timestamp_fields(entity: EntityModel[Any]) -> list[str]:
    """Return the names of the fields that store the timestamp of a write."""
    roles = entity.codec.roles
    return [] if roles is None else [info.name for info in (roles.created_at, roles.updated_at) if info is not None]


_UNUSED_TIMESTAMP: Final = (
    "timestamp= has no effect: no field of {} is marked stored(created_at=True) or stored(updated_at=True); "
    "mark one, or leave timestamp= out"
)


def unused_timestamp(given: datetime | None, entities: Iterable[EntityModel[Any]]) -> tuple[str, ...]:
    """Return a finding if `timestamp=` is set and no entity has a timestamp field."""
    entities = () if given is None else tuple(entities)
    if given is None or any(map(timestamp_fields, entities)):
        return ()
    return (
        _UNUSED_TIMESTAMP.format(" or ".join(dict.fromkeys(entity.name for entity in entities)) or "a raw operation"),
    )

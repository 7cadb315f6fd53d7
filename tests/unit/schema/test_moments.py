"""Moments in an hour that a zone repeats or skips: Python says that they equal nothing in another zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import attrs
import msgspec
import pytest
from pydantic import BaseModel

from dynamo_document_builder import Put, codecs, stored
from dynamo_document_builder.schema.round_trip.equality import are_equal
from tests.unit.play import play
from tests.unit.schema.libraries.trips import back, entity_of, updated

OSLO = ZoneInfo("Europe/Oslo")
TWICE = [datetime(2025, 10, 26, hour, 30, tzinfo=UTC).astimezone(OSLO) for hour in (0, 1)]
SKIPPED = datetime(2025, 3, 30, 2, 30, tzinfo=OSLO)


class Model(BaseModel):
    at: datetime
    all: list[datetime] = []


@attrs.define
class Checked:
    at: datetime = attrs.field(validator=attrs.validators.instance_of(datetime))
    all: list[datetime] = attrs.field(factory=list)


@dataclass
class Plain:
    at: datetime
    all: list[datetime]


class Shape(msgspec.Struct):
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    all: list[datetime] = []


@attrs.define
class Coded:
    at: Annotated[datetime, stored(codec=codecs.iso("milliseconds"))]
    all: list[datetime] = attrs.field(factory=list)


@pytest.mark.parametrize("moment", [*TWICE, SKIPPED])
@pytest.mark.parametrize("cls", [Model, Checked, Plain, Shape, Coded])
def test_it_is_kept_by_every_library(cls: Any, moment: datetime) -> None:
    item = cls(at=moment, all=[moment])
    again = back(item)
    assert again.at == again.all[0] == moment.astimezone(UTC)
    assert len(updated(cls, {"at": moment})) == 1


@attrs.define
class Ending:
    ends: datetime = attrs.field(metadata=stored(epoch=True))


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), "0"),
        (datetime(1969, 12, 31, 23, 59, 59, 500_000, UTC), "-1"),
        (datetime(1969, 12, 31, 23, 59, 58, 1, UTC), "-2"),
        (datetime(2026, 1, 2, 3, 4, 5, 999_999, UTC), "1767323045"),
        (datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC), "253402300799"),
        (datetime(1970, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))), "0"),
    ],
)
def test_a_fraction_of_a_second_is_cut_off_before_1970_too(moment: datetime, seconds: str) -> None:
    item = entity_of(Ending).request(Put(Ending(moment))).payload["Item"]
    assert item["ends"] == {"N": seconds}


@pytest.mark.parametrize("moment", [*TWICE, SKIPPED])
def test_a_put_answers_with_what_was_given_where_that_is_the_same_moment(moment: datetime) -> None:
    item = Ending(moment)
    _, result = play(Put(item).__flow__(entity_of(Ending).__model__), {})
    assert result.item is item


def test_other_moments_are_others() -> None:
    first, second = TWICE
    assert first == second.replace(fold=0)
    assert not are_equal(first, second)
    assert are_equal(first, first.astimezone(UTC))
    assert not are_equal(datetime(2025, 1, 1), datetime(2025, 1, 1, tzinfo=UTC))
    assert are_equal(datetime(2025, 1, 1), datetime(2025, 1, 1))
    assert not are_equal(datetime.max.replace(tzinfo=ZoneInfo("America/Lima")), datetime.max.replace(tzinfo=UTC))

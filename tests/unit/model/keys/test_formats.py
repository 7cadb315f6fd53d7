"""How the values of one field are written into a key, which of them sort, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dynamo_document_builder import UsageError
from tests.unit.model.keys.things import Grade, State, template, values

EAST = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("text", "value", "key"),
    [
        ("{a}", "Ab", "Ab"),
        ("{a:lower}", "AbÉ", "abé"),
        ("{a:upper}", "abß", "ABSS"),
        ("A#{a:rest}", "x#y#", "A#x#y#"),
        ("{n}", -12, "-12"),
        ("{n}", 10**37, "1" + "0" * 37),
        ("{n:06d}", 42, "000042"),
        ("{n:06d}", 999_999, "999999"),
        ("{n:number}", -5, "-5"),
        ("{cost}", Decimal("1.50"), "1.5"),
        ("{cost}", Decimal(-0), "0"),
        ("{cost:number}", Decimal("2.50"), "2.5"),
        ("{day}", date(26, 1, 5), "0026-01-05"),
        ("{day:%Y-%m}", date(26, 1, 5), "0026-01"),
        ("{day:%d.%m.%Y}", date(2026, 1, 5), "05.01.2026"),
        ("{at}", datetime(2026, 1, 5, 1, tzinfo=EAST), "2026-01-04T23:00:00.000000Z"),
        ("{at:%Y%m%dT%H%M%S}", datetime(2026, 1, 5, 1, 2, 3, tzinfo=EAST), "20260104T230203"),
        ("{ref}", UUID(int=10), "00000000-0000-0000-0000-00000000000a"),
        ("{state}", State.OPEN_LATE, "open late"),
        ("{grade}", Grade.ONE, "1"),
        ("{kind}", "q", "q"),
    ],
)
def test_a_value_is_written_in_the_format_of_its_field(text: str, value: Any, key: str) -> None:
    made = template(text)
    [one] = made.fields
    assert made.text(values(**{one.name: value})) == key
    assert made.fits(key)
    if one.name in made.determined:
        assert made.parse(key) == {one.name: value}


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("{n:03d}", 1000, "is not a whole number of at most 3 digits, 0 or more"),
        ("{n:03d}", -1, "at most 3 digits"),
        ("{n:03d}", True, "at most 3 digits"),
        ("{n}", 10**60, "has more than 38 digits"),
        ("{n}", True, "is of type bool, not int"),
        ("{cost}", Decimal("NaN"), "'cost'"),
        ("{cost}", 1, "is of type int, not Decimal"),
        ("{day}", datetime(2026, 1, 5, tzinfo=UTC), "is of type datetime, not date"),
        ("{day:%Y}", "2026", "is of type str, not date"),
        ("{at}", date(2026, 1, 5), "is of type date, not datetime"),
        ("{at}", datetime(2026, 1, 5), "'at'"),
        ("{ref}", "x", "is of type str, not UUID"),
        ("{state}", "open", "is not one of"),
        ("{kind}", "z", "is not one of"),
    ],
)
def test_a_value_that_its_format_cannot_write_is_refused(text: str, value: Any, said: str) -> None:
    made = template(text)
    with pytest.raises(UsageError, match=said):
        made.text(values(**{made.fields[0].name: value}))


@pytest.mark.parametrize(
    ("text", "sorts"),
    [
        ("{a}", True),
        ("{a:lower}", True),
        ("{n}", False),
        ("{n:06d}", True),
        ("{n:number}", True),
        ("{cost}", False),
        ("{day}", True),
        ("{day:%Y-%m}", True),
        ("{day:%m-%d}", False),
        ("{day:%Y-%d}", False),
        ("{at:%Y%m%dT%H}", True),
        ("{ref}", True),
        ("{state}", True),
        ("{grade}", False),
    ],
)
def test_it_is_known_which_texts_sort_as_their_values_do(text: str, *, sorts: bool) -> None:
    assert template(text).fields[0].format.sorts == sorts


def test_the_beginning_of_a_word_gives_the_beginning_of_its_key() -> None:
    made = template("{a:lower}")
    whole, beginning = (made.text(values(a=word)) for word in ("ΟΔΟΣΑ", "ΟΔΟΣ"))
    assert whole is not None
    assert beginning is not None
    assert whole.startswith(beginning)


@pytest.mark.parametrize(("text", "is_fixed"), [("{day}", True), ("{n:04d}", True), ("{a}", False), ("{n}", False)])
def test_it_is_known_which_texts_have_one_length(text: str, *, is_fixed: bool) -> None:
    assert template(text).fields[0].format.is_fixed == is_fixed

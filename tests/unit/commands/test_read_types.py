"""`Get[User]` and the types of the other reads, where they are evaluated at run time."""

from __future__ import annotations

from typing import Any, get_args, get_type_hints

import pytest

from dynamo_document_builder import BatchGet, Get, Part, Query, Scan, Several, TransactGet
from tests.unit.things import User

READS = [Get, Query, Scan, TransactGet, BatchGet]


@pytest.mark.parametrize("read", READS)
def test_a_read_is_annotated_with_what_it_gives(read: Any) -> None:
    assert get_args(read[User])[0] is User


@pytest.mark.parametrize("read", READS)
def test_a_read_of_parts_is_annotated_with_both(read: Any) -> None:
    assert get_args(read[User, Part]) == (User, Part)


def test_hints_of_a_function_that_makes_a_read_can_be_asked_for() -> None:
    def by_id(user_id: str) -> Get[User]:
        return Get({"user_id": user_id})

    def everything() -> Query[User | str, Several]:
        return Query({"user_id": "u1"})  # type: ignore[return-value]

    assert get_type_hints(by_id, globals())["return"] == Get[User]
    assert get_type_hints(everything, globals())["return"] == Query[User | str, Several]

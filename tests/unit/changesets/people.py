"""What changesets in unit tests are about, and their commits played by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from dynamo_document_builder import Entity, StaleChangesetError, Table, stored
from dynamo_document_builder.changesets.commit import Commit
from tests.unit.play import CONDITION_FAILED, FINE, Answer, cancelled, play

if TYPE_CHECKING:
    from dynamo_document_builder import Changeset

table = Table("app")


@frozen
class Home:
    city: str = "Oslo"
    street: str | None = None


@frozen
class Person:
    person_id: str
    name: str = ""
    note: str = field(default="", eq=False)
    anything: Any = None
    tags: frozenset[str] = frozenset()
    home: Home | None = None
    notes: dict[str, Any] = field(factory=dict[str, Any])


@frozen(eq=False)
class Plain:
    plain_id: str
    name: str = ""
    inner: Home = field(factory=Home)


@frozen
class Paper:
    paper_id: str
    text: str = ""
    version: int = field(default=0, metadata=stored(version=True))


people = Entity(Person, table, partition_key="PERSON#{person_id}", sort_key="META")
plains = Entity(Plain, table, partition_key="PLAIN#{plain_id}", sort_key="META")
papers = Entity(Paper, table, partition_key="PAPER#{paper_id}", sort_key="META")

ADA = Person("p1", "Ada", home=Home("Oslo", "Storgata"), notes={"a": 1})
BOB = Person("p2", "Bob")


def wire(entity: Entity[Any], item: Any, **more: Any) -> dict[str, Any]:
    """Return an item as it is stored, with some attributes in another form, or, with `None`, without them."""
    whole = {**json.loads(entity.__model__.encode(item).text), **more}
    return {name: value for name, value in whole.items() if value is not None}


def failed(item: dict[str, Any] | None = None) -> dict[str, Any]:
    """Give the reason of a condition that was false, with the item that was there."""
    return {**CONDITION_FAILED, **({} if item is None else {"Item": item})}


def commit(changes: Changeset, *answers: Answer) -> list[dict[str, Any]]:
    """Return the requests of a commit."""
    requests, _ = play(Commit(changeset=changes).__flow__(table), *answers)
    return requests


def stale(changes: Changeset, *reasons: Any, times: int = 1) -> StaleChangesetError:
    """Return the error of a commit that is refused with these reasons, each time that it is sent."""
    try:
        commit(changes, *[cancelled(*reasons)] * times)
    except StaleChangesetError as error:
        return error
    raise AssertionError("it was not refused")


__all__ = ["ADA", "BOB", "FINE", "evolve"]

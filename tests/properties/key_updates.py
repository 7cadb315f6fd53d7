"""Entities with random index keys, random updates of them, and what an update expression does to a dictionary."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from attrs import evolve, field, frozen
from hypothesis import strategies as st

from dynamo_document_builder import (
    Entity,
    IndexKeys,
    Table,
    Update,
    add,
    computed,
    if_not_exists,
    index_key,
    item_exists,
    item_not_exists,
    key,
    remove,
    stored,
)
from dynamo_document_builder.model.reading.readable import attributes_in

if TYPE_CHECKING:
    from collections.abc import Mapping

Wire: TypeAlias = dict[str, Any]
"""A stored item in DynamoDB JSON."""
Mode: TypeAlias = Literal["update", "create", "upsert"]
CONDITIONS: dict[Mode, Any] = {"update": item_exists(), "create": item_not_exists(), "upsert": None}


class Mood(Enum):
    UP = "up"
    DOWN = "down"


@frozen
class Job:
    job_id: str
    team: str = "t0"
    rank: int = 1
    mood: Mood = Mood.UP
    done: bool = False
    mail: str | None = None
    due: str | None = field(default="soon", metadata=stored(null=True))
    place: str | None = field(default=None, metadata=stored(alias="where"))


VALUES: dict[str, list[Any]] = {
    "team": ["t0", "t1", "t2"],
    "rank": [1, 2, 30],
    "mood": list(Mood),
    "done": [True, False],
    "mail": [None, "m", "n"],
    "due": [None, "soon", "late"],
    "place": [None, "here"],
}
SOURCES: list[Any] = [
    "TEAM#{team}",
    "{mail}",
    "{team}#{rank:04d}",
    "M#{mood}#{due}",
    "{due}",
    "JOB#{job_id}",
    "X",
    "{place}|{job_id}",
    lambda j: key("TEAM", j.team),
    lambda j: index_key("MAIL", j.mail),
    lambda j: f"{j.team}/{j.rank}",
    lambda j: f"{j.job_id}/x",
    lambda j: f"{j.due}/{j.place}",
    lambda j: None if j.done else f"R{j.rank}",
    lambda j: index_key("OPEN", j.team) if j.mood is Mood.UP else None,
    lambda j: j.team.upper() if j.rank > 1 else j.mail,
    lambda j: f"{j.due is None}{j.job_id}",
    lambda j: key("A", j.team) if j.team == "t1" else key("B", j.mood),
    lambda j: j.due if not j.done else j.mail,
    lambda j: key(*[part for part in (j.team, j.mail, j.due) if part is not None]),
    computed(lambda j: f"{j.rank % 2}", reads=["rank"]),
    computed(lambda j: j.team if j.done else None, reads=["team", "done"]),
    computed(lambda j: f"{j.mail}|{j.due}", reads=["mail", "due"]),
]
WHENS: list[dict[str, Any] | None] = [None, None, {"mood": Mood.UP}, {"done": False, "team": "t1"}, {"mail": None}]
PRIMARY: list[Any] = ["JOB#{job_id}", lambda j: key("JOB", j.job_id), lambda j: f"JOB#{j.job_id}"]
ATTRIBUTES = ("K0", "K1", "K2", "K3")
INDEXES: dict[str, Any] = {
    "GSI0": {"partition_key": "K0", "sort_key": "K1"},
    "GSI1": {"partition_key": "K0", "sort_key": "K2"},
    "GSI2": {"partition_key": "K3"},
    "GSI3": {"partition_key": "PK", "sort_key": "K1"},
}
"""The first two share their partition key, the first and the last a sort key."""


@lru_cache(maxsize=1000)
def jobs_in(table: Table, sources: tuple[int, ...], whens: tuple[int, int], primary: int) -> Entity[Job]:
    one, other, more, last = (SOURCES[place] for place in sources)
    when, when_last = (WHENS[place] for place in whens)
    return Entity(
        Job,
        table,
        partition_key=PRIMARY[primary],
        sort_key="META",
        global_secondary_indexes={
            "GSI0": IndexKeys(partition_key=one, sort_key=other, when=when),
            "GSI1": IndexKeys(partition_key=one, sort_key=more, when=when),
            "GSI2": IndexKeys(partition_key=last, when=when_last),
            "GSI3": IndexKeys(sort_key=other, when=when),
        },
    )


@frozen
class Case:
    """An update of an item, which there may be or not."""

    entity: Entity[Job] = field(repr=False)
    mode: Mode
    old: Job | None
    unstored: tuple[str, ...]
    """The fields that are not stored, as they had no default when the item was written, or an update created it."""
    command: Update

    @property
    def before(self) -> Wire | None:
        if self.old is None:
            return None
        wire = attributes_in(self.entity.__model__.encode(self.old).text.encode())
        defaults = Job(self.old.job_id)
        gone = [name for name in self.unstored if getattr(self.old, name) == getattr(defaults, name)]
        return {name: value for name, value in wire.items() if name not in gone}

    def wanted(self, after: Wire) -> Wire:
        """Return the key attributes that the whole item builds, after an update."""
        item = self.entity.__model__.decode(_text(after))
        built = attributes_in(self.entity.__model__.encode(item).text.encode())
        return key_attributes(built)


def key_attributes(wire: Mapping[str, Any]) -> Wire:
    return {name: value for name, value in wire.items() if name in ATTRIBUTES}


def _text(wire: Mapping[str, Any]) -> bytes:
    import json

    return json.dumps(wire).encode()


def new_values(name: str) -> st.SearchStrategy[Any]:
    plain = st.sampled_from(VALUES[name])
    if name == "rank":
        return plain | plain.map(add) | st.just(remove())
    if name == "due":
        return plain | st.just(remove())
    return plain | st.just(remove()) | st.sampled_from([if_not_exists(one) for one in VALUES[name] if one is not None])


@st.composite
def cases(draw: st.DrawFn, table: Table, ids: st.SearchStrategy[str]) -> Case:
    # Of fewer functions more updates are accepted.
    places = st.sampled_from(draw(st.lists(st.integers(0, len(SOURCES) - 1), min_size=1, max_size=3)))
    whens = st.integers(0, len(WHENS) - 1)
    four = draw(places), draw(places), draw(places), draw(places)
    entity = jobs_in(table, four, (draw(whens), draw(whens)), draw(st.integers(0, 2)))
    mode = draw(st.sampled_from(list(CONDITIONS)))
    job = draw(st.builds(Job, ids, **{name: st.sampled_from(values) for name, values in VALUES.items()}))
    old = job if mode == "update" or (mode == "upsert" and draw(st.booleans())) else None
    names = st.sets(st.sampled_from(list(VALUES)), max_size=3)
    updates = {name: draw(new_values(name)) for name in draw(names)} or {"team": draw(new_values("team"))}
    believed = {
        name: getattr(job, name) if draw(st.integers(0, 2)) else draw(st.sampled_from(VALUES[name]))
        for name in draw(names)
    }
    given: Any = {"job_id": job.job_id, **believed}
    if draw(st.integers(0, 9)) == 0:
        given = evolve(job, **believed)
    command = Update(given, updates=updates, condition=CONDITIONS[mode])
    return Case(entity, mode, old, tuple(draw(names)), command)


# What an update does to a dictionary


def played(payload: Mapping[str, Any], before: Wire | None) -> Wire | None:
    """Return the item after an update; `None` if its condition does not hold."""
    names, values = payload.get("ExpressionAttributeNames", {}), payload.get("ExpressionAttributeValues", {})
    item = before or {}
    if not all(_holds(term, item, names, values) for term in payload.get("ConditionExpression", "").split(" AND ")):
        return None
    after = {**payload["Key"], **item}
    for clause, text in re.findall(r"(SET|REMOVE|ADD) (.*?)(?= SET | REMOVE | ADD |$)", payload["UpdateExpression"]):
        for one in re.split(r", (?![^(]*\))", text):
            _apply(clause, one, item, after, names, values)
    return after


def _holds(term: str, item: Wire, names: Wire, values: Wire) -> bool:
    if not term:
        return True
    if term.startswith("("):
        return any(_holds(one, item, names, values) for one in term[1:-1].split(" OR "))
    found = re.fullmatch(r"(attribute_exists|attribute_not_exists)\((#?\w+)\)|(#?\w+) = (:\w+)", term)
    assert found is not None, term
    function, about, left, right = found.groups("")
    if function:
        return (names.get(about, about) in item) == (function == "attribute_exists")
    return bool(item.get(names.get(left, left)) == values[right])


def _apply(clause: str, text: str, item: Wire, after: Wire, names: Wire, values: Wire) -> None:
    def operand(given: str) -> Any:
        nested: Any = re.fullmatch(r"if_not_exists\((#?\w+), (.+)\)", given)
        if nested:
            return item.get(names.get(nested[1], nested[1])) or operand(nested[2])
        return values[given] if given.startswith(":") else item.get(names.get(given, given), {"N": "0"})

    if clause == "REMOVE":
        after.pop(names.get(text, text), None)
        return
    parts: list[Any] = re.split(r" = | ", text, maxsplit=1)
    name, value = parts
    if clause == "ADD":
        value = f"{name} + {value}"
    first, *more = value.split(" + ")
    if more:
        after[names.get(name, name)] = {"N": str(int(operand(first)["N"]) + int(operand(more[0])["N"]))}
    else:
        after[names.get(name, name)] = operand(value)

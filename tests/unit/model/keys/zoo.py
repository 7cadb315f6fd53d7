"""Builder functions of all kinds over one class, and what each is expected to be found as."""

from __future__ import annotations

import functools
import itertools
import operator
import random
import re
import urllib.parse
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal  # noqa: TC003  attrs looks it up
from enum import Enum, IntEnum, StrEnum
from types import SimpleNamespace
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

import attrs
from attrs import frozen

from dynamo_document_builder.model.keys.joining import index_key, key

Builder: TypeAlias = Callable[[Any], Any]


class Status(Enum):
    OPEN = "open"
    CLOSED = "closed"
    HELD = "held"


class Level(IntEnum):
    NONE = 0
    HIGH = 1


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


NOBODY: Final = "nobody at all"
PREFIX: Final = "TASK"
KIND: Final = Literal["a", "b"]


@frozen(slots=False)
class Task:
    task_id: str
    team: str
    name: str
    number: int
    status: Status
    closed: bool
    due: date | None
    email: str | None
    at: datetime
    day: date
    price: Decimal
    ref: UUID
    level: Level
    colour: Colour
    kind: KIND
    tags: list[str]
    boss: Level | None = None
    nick: str = NOBODY
    rank: int | None = None

    WORD = "TASK"

    @property
    def own_key(self) -> str:
        return key("TASK", self.task_id)

    @property
    def slug(self) -> str:
        return self.name.lower()

    @property
    def is_open(self) -> bool:
        return self.status is Status.OPEN

    @functools.cached_property
    def cached_key(self) -> str:
        return key("TASK", self.task_id)

    def made(self, word: str) -> str:
        return key(word, self.team, self.task_id)

    @staticmethod
    def word() -> str:
        return "TASK"

    @classmethod
    def label(cls) -> str:
        return cls.__name__.upper()


@frozen
class Expected:
    """What a builder is found to be: the text of its template, and the fields it reads."""

    template: str | None = None
    gives_none: bool = False
    reads: frozenset[str] | None = None

    def __str__(self) -> str:
        named = "opaque" if self.reads is None else "reads " + " ".join(sorted(self.reads))
        return f"{self.template or named}{' or none' if self.gives_none else ''}"


OPAQUE: Final = Expected()


def reads(*names: str) -> Expected:
    return Expected(reads=frozenset(names))


def template(text: str) -> Expected:
    return Expected(text)


def sparse(text: str) -> Expected:
    return Expected(text, gives_none=True)


def helper(word: str, value: Any) -> str:
    return key(word, value)


def branching_helper(t: Any) -> Any:
    if t.status is Status.OPEN:
        return t.team
    return t.name


def by_type(value: Any) -> Any:
    return value.strip() if type(value) is str else value


def walrus(t: Any) -> Any:
    return key("TEAM", team) if (team := t.team) else None


def match_member(t: Any) -> Any:
    match t.status:
        case Status.OPEN:
            return key("OPEN", t.team)
        case _:
            return key("DONE", t.team)


def match_none(t: Any) -> Any:
    match t.due:
        case None:
            return None
        case due:
            return key("DUE", due)


def match_type(t: Any) -> Any:
    match t.name:
        case str():
            return key("N", t.name)
        case _:
            return "x"


def match_class(t: Any) -> Any:
    match t:
        case Task(task_id=task_id):
            return key("TASK", task_id)
        case _:
            return None


def swallow(t: Any) -> Any:
    try:
        return key("N", t.name.lower())
    except Exception:  # noqa: BLE001
        return key("N", t.name)


def fallback(t: Any) -> Any:
    try:
        return key("N", t.name)
    except Exception:  # noqa: BLE001
        return key("BAD")


def bare_except(t: Any) -> Any:
    try:
        return key("N", t.name[:3])
    except:  # noqa: E722
        return key("N", t.name)


def with_suppress(t: Any) -> Any:
    with suppress(AttributeError):
        return key("DUE", t.due.isoformat())
    return None


def hidden_value(t: Any) -> Any:
    if t.status is Status.OPEN:
        return key("X", t.name) if t.name == "bob" else key("S", t.status, t.name)
    return key("S", t.status, t.name)


def both_none(t: Any) -> Any:
    return key("NEITHER", t.name) if t.due is None and t.email is None else key("N", t.name)


def both_members(t: Any) -> Any:
    return key("N", t.team) if t.status is Status.HELD and t.boss is Level.HIGH else key("N", t.name)


def join_swallowed(t: Any) -> Any:
    try:
        return "#".join(("T", t.name)).upper()  # noqa: FLY002
    except TypeError:
        return key("T", t.name)


def loop(t: Any) -> Any:
    parts = ["N"]
    for name in ("team", "name"):
        parts.append(getattr(t, name))  # noqa: PERF401
    return key(*parts)


def added(t: Any) -> Any:
    text = "N"
    for name in ("team", "name"):
        text += "#" + getattr(t, name)
    return text


def head_and_tail(t: Any) -> Any:
    head = key("A", t.team)
    return f"{head}|{t.day}"


def memo() -> Builder:
    known: dict[Any, Any] = {}
    return lambda t: known.setdefault(t.name, key("N", t.name))


def counting() -> Builder:
    count = itertools.count()
    return lambda t: key("N", next(count), t.name)


def set_attribute(t: Any) -> Any:
    with suppress(Exception):
        t.name = "x"
    return key("N", t.name)


def delegating(t: Any) -> Any:
    return helper("TASK", head_and_tail(t).removeprefix("A#"))


class Named:
    def __call__(self, t: Any) -> Any:
        return key("TASK", t.task_id)

    def method(self, t: Any) -> Any:
        return key("TASK", t.task_id)


HELPERS: Final = SimpleNamespace(task=lambda t: key("TASK", t.task_id))
NAMES: Final = {Status.OPEN: "O", Status.CLOSED: "C", Status.HELD: "H"}
OWN: Final = template("TASK#{task_id}")
NAME: Final = template("N#{name}")

ZOO: Final[dict[str, tuple[Builder, Expected]]] = {
    # Joined by the library
    "key": (lambda t: key("TASK", t.task_id), OWN),
    "key of two": (lambda t: key("TASK", t.team, t.task_id), template("TASK#{team}#{task_id}")),
    "key of one field": (lambda t: key(t.task_id), template("{task_id:rest}")),
    "key begins with a field": (lambda t: key(t.team, "X", t.task_id), template("{team}#X#{task_id}")),
    "key of a moment": (lambda t: key("AT", t.at, t.task_id), template("AT#{at}#{task_id}")),
    "key of all sorts": (lambda t: key("A", t.ref, t.price, t.number), template("A#{ref}#{price}#{number}")),
    "key of enums": (lambda t: key("S", t.status, t.level, t.colour), template("S#{status}#{level}#{colour}")),
    "key of a literal": (lambda t: key("K", t.kind, t.task_id), template("K#{kind}#{task_id}")),
    "key of an optional field": (lambda t: key("DUE", t.due), template("DUE#{due}")),
    "key of braces": (lambda t: key("{}", t.task_id), template("{{}}#{task_id}")),
    "key of other separators": (lambda t: key("A:B", t.name, "C|"), template("A:B#{name}#C|")),
    "key of a field twice": (lambda t: key("T", t.team, t.team), template("T#{team}#{team}")),
    "key in a key": (lambda t: key("A", key("B", t.name)), reads("name")),
    "key of a list": (lambda t: key("A", t.tags), reads("tags")),
    "key of a boolean": (lambda t: key("A", t.closed), reads("closed")),
    "key of a boolean as a number": (lambda t: key("C", int(t.closed), t.name), reads("closed", "name")),
    "index_key": (lambda t: index_key("DUE", t.due), template("DUE#{due}")),
    "index_key of two": (lambda t: index_key("E", t.email, t.due), template("E#{email}#{due}")),
    "index_key of what is always there": (lambda t: index_key("N", t.name), NAME),
    "index_key of a default": (lambda t: index_key("B", t.boss, t.rank), template("B#{boss}#{rank}")),
    # Constants and fields alone
    "constant": (lambda _: "META", template("META")),
    "constant key": (lambda _: key("META", "x"), template("META#x")),
    "constant number": (lambda _: 7, reads()),
    "no key": (lambda _: None, reads()),
    "unneeded fields": (lambda t: (t.name, t.team, "META")[2], template("META")),
    "text field": (lambda t: t.task_id, template("{task_id:rest}")),
    "number field": (lambda t: t.number, template("{number:number}")),
    "decimal field": (lambda t: t.price, template("{price:number}")),
    "optional number field": (lambda t: t.rank, template("{rank:number}")),
    "optional text field": (lambda t: t.email, template("{email:rest}")),
    "date field": (lambda t: t.day, reads("day")),
    "enum field": (lambda t: t.status, reads("status")),
    "attrgetter": (operator.attrgetter("task_id"), template("{task_id:rest}")),
    # Texts
    "f-string": (lambda t: f"TASK#{t.task_id}", OWN),
    "f-string of two": (lambda t: f"TASK#{t.team}/{t.task_id}", template("TASK#{team}/{task_id}")),
    "f-string alone": (lambda t: f"{t.task_id}", template("{task_id:rest}")),
    "f-string, padded": (lambda t: f"N#{t.number:06d}", template("N#{number:06d}")),
    "f-string, padded without d": (lambda t: f"N#{t.number:06}", template("N#{number:06d}")),
    "f-string, number": (lambda t: f"N#{t.number:d}", template("N#{number}")),
    "f-string, filled": (lambda t: f"N#{t.name:>9}", OPAQUE),
    "f-string, grouped": (lambda t: f"N#{t.number:,}", OPAQUE),
    "f-string, decimal": (lambda t: f"N#{t.price}", reads("price")),
    "f-string, date": (lambda t: f"D#{t.day}", template("D#{day}")),
    "f-string, month": (lambda t: f"D#{t.day:%Y-%m}#{t.name}", template("D#{day:%Y-%m}#{name}")),
    "f-string, month of a moment": (lambda t: f"D#{t.at:%Y-%m}", reads("at")),
    "f-string, moment": (lambda t: f"D#{t.at}", reads("at")),
    "f-string, uuid": (lambda t: f"R#{t.ref}", template("R#{ref}")),
    "f-string, enum": (lambda t: f"S#{t.status}", reads("status")),
    "f-string, enum value": (lambda t: f"S#{t.status.value}#{t.name}", template("S#{status}#{name}")),
    "f-string, text enum": (lambda t: f"C#{t.colour}", template("C#{colour}")),
    "f-string, literal": (lambda t: f"K#{t.kind}", template("K#{kind}")),
    "f-string, boolean": (lambda t: f"C#{t.closed}", reads("closed")),
    "f-string, optional": (lambda t: f"D#{t.due}", reads("due")),
    "f-string, optional month": (lambda t: f"D#{t.due:%Y-%m}", template("D#{due:%Y-%m}")),
    "f-string, optional and padded": (lambda t: f"R#{t.rank:03d}", template("R#{rank:03d}")),
    "f-string, if there": (lambda t: f"D#{t.due}" if t.due else None, template("D#{due}")),
    "f-string, repr": (lambda t: f"N#{t.name!r}", OPAQUE),
    "f-string, str": (lambda t: f"N#{t.name!s}", NAME),
    "f-string, braces": (lambda t: f"{{}}#{t.name}", template("{{}}#{name}")),
    "f-string of a key": (head_and_tail, template("A#{team}|{day}")),
    "f-string in a key": (lambda t: key("A", f"{t.team}:{t.name}"), template("A#{team}:{name}")),
    "f-string padded in a key": (lambda t: key("TASK", f"{t.number:06d}"), template("TASK#{number:06d}")),
    "f-string, nothing between": (lambda t: f"{t.team}{t.name}", reads("team", "name")),
    "f-string, prefix removed": (delegating, template("TASK#{team}|{day}")),
    "f-string, sliced": (lambda t: f"N#{t.name}"[:6], OPAQUE),
    "f-string, lower": (lambda t: f"N#{t.name}".lower(), OPAQUE),
    "f-string, stripped": (lambda t: f"{t.name}".strip(), OPAQUE),
    "f-string, replaced": (lambda t: f"N#{t.name}".replace("-", "_"), OPAQUE),
    "f-string, split": (lambda t: key("N", f"{t.name}".split("#")[0]), OPAQUE),
    "f-string, quoted": (lambda t: key("N", urllib.parse.quote(f"{t.name}")), OPAQUE),
    "f-string, hashed": (lambda t: key("N", hash(f"{t.name}") % 1_000_003), OPAQUE),
    "str()": (lambda t: key("TASK", str(t.number)), template("TASK#{number}")),
    "str(), compared": (lambda t: key("A", t.team) if str(t.ref) == "x" else key("N", t.name), OPAQUE),
    "str(), looked up": (lambda t: key("A", t.team) if str(t.ref) in {"x", "y"} else key("N", t.name), OPAQUE),
    "str(), begins": (lambda t: key("A", t.team) if f"{t.name}".startswith("x") else key("N", t.name), OPAQUE),
    "str(), filled": (lambda t: key("N", str(t.number).zfill(6)), OPAQUE),
    "str() and plus": (lambda t: "N#" + str(t.number) + "#" + str(t.name), template("N#{number}#{name}")),
    "str() and percent": (lambda t: "N#%s" % str(t.number), template("N#{number}")),  # noqa: UP031
    "str() in an f-string": (lambda t: f"N#{str(t.number)}", template("N#{number}")),  # noqa: RUF010
    "f-string, text": (lambda t: f"N#{t.name:s}", NAME),
    "str() of an optional": (lambda t: key("D", str(t.due)), reads("due")),
    "plus": (lambda t: "TASK#" + t.task_id, OWN),
    "plus both sides": (lambda t: "A#" + t.team + "#B#" + t.name + "#", template("A#{team}#B#{name}#")),
    "plus in a key": (lambda t: key("A", "x-" + t.name), template("A#x-{name}")),
    "plus a key": (lambda t: "A#" + key("B", t.name), template("A#B#{name}")),
    "plus a number": (lambda t: key("A", t.number + 1), OPAQUE),
    "plus a text to a number": (lambda t: "A#" + t.number, OPAQUE),
    "plus in a loop": (added, template("N#{team}#{name}")),
    "percent": (lambda t: "TASK#%s" % t.task_id, OWN),  # noqa: UP031
    "percent of a number": (lambda t: "TASK#%06d" % t.number, OPAQUE),  # noqa: UP031
    "format": (lambda t: "TASK#{}".format(t.task_id), OWN),  # noqa: UP032
    "format by name": (lambda t: "N#{t.name}".format(t=t), NAME),  # noqa: UP032
    "join": (lambda t: "#".join(("TASK", t.team, t.task_id)), OPAQUE),  # noqa: FLY002
    "join of texts": (lambda t: "#".join(("TASK", f"{t.team}", str(t.number))), template("TASK#{team}#{number}")),
    "isoformat": (lambda t: key("D", t.day.isoformat()), template("D#{day}")),
    "isoformat of an optional": (lambda t: key("D", t.due.isoformat()), template("D#{due}")),
    "isoformat of a moment": (lambda t: key("D", t.at.isoformat()), reads("at")),
    "strftime": (lambda t: key("D", t.day.strftime("%Y-%m"), t.name), template("D#{day:%Y-%m}#{name}")),
    "strftime of a moment": (lambda t: key("D", t.at.strftime("%Y-%m")), reads("at")),
    "strftime that no template has": (lambda t: key("D", t.day.strftime("%G-%V")), reads("day")),
    "upper": (lambda t: key("N", t.name.upper()), template("N#{name:upper}")),
    "lower": (lambda t: key("N", t.name.lower()), reads("name")),
    "lower of a property": (lambda t: key("N", t.slug), reads("name")),
    "strip": (lambda t: key("N", t.name.strip()), reads("name")),
    "strip of characters": (lambda t: key("N", t.name.strip("-")), OPAQUE),
    "enum value": (lambda t: key("S", t.status.value, t.task_id), template("S#{status}#{task_id}")),
    "number enum value": (lambda t: key("L", t.level.value, t.task_id), template("L#{level}#{task_id}")),
    "member name": (lambda t: key("S", t.status.name, t.task_id), reads("status", "task_id")),
    "looked up": (lambda t: key(NAMES[t.status], t.name), reads("status", "name")),
    # How the function is made
    "helper": (lambda t: helper("TASK", t.task_id), OWN),
    "helper in a namespace": (lambda t: HELPERS.task(t), OWN),  # noqa: PLW0108
    "property": (lambda t: t.own_key, OWN),
    "property by attrgetter": (operator.attrgetter("own_key"), OWN),
    "cached property": (lambda t: t.cached_key, OWN),
    "method": (lambda t: t.made("TASK"), template("TASK#{team}#{task_id}")),
    "unbound method": (lambda t: Task.made(t, "TASK"), template("TASK#{team}#{task_id}")),
    "static method": (lambda t: key(t.word(), t.task_id), OWN),
    "class method": (lambda t: key(t.label(), t.task_id), OWN),
    "class constant": (lambda t: key(t.WORD, t.task_id), OWN),
    "partial": (functools.partial(lambda word, t: key(word, t.task_id), "TASK"), OWN),
    "default argument": (lambda t, word="TASK": key(word, t.task_id), OWN),
    "closure": ((lambda word: lambda t: key(word, t.task_id))("TASK"), OWN),  # noqa: PLC3002
    "global": (lambda t: key(PREFIX, t.task_id), OWN),
    "callable object": (Named(), OWN),
    "bound method": (Named().method, OWN),
    "getattr": (lambda t: key("TASK", getattr(t, "task_id")), OWN),  # noqa: B009
    "getattr with a default": (lambda t: key("TASK", getattr(t, "task_id", "x")), OWN),
    "getattr of nothing": (lambda t: key("TASK", getattr(t, "nothing", "x")), template("TASK#x")),
    "star": (lambda t: key(*("TASK", t.team), t.task_id), template("TASK#{team}#{task_id}")),
    "comprehension": (lambda t: key("N", *[part for part in (t.team, t.name) if part]), reads("team", "name")),
    "loop": (loop, template("N#{team}#{name}")),
    "type of the item": (lambda t: key(type(t).__name__.upper(), t.task_id), OWN),
    "class of the item": (lambda t: key(t.__class__.__name__.upper(), t.task_id), OWN),
    "isinstance of the item": (lambda t: key("TASK", t.task_id) if isinstance(t, Task) else "other", OWN),
    "match the class": (match_class, OWN),
    "typo": (lambda t: key("TASK", t.task_idd), reads()),
    # Conditions
    "walrus": (walrus, sparse("TEAM#{team}")),
    "unneeded is None": (lambda t: key("N", t.number if t.number is not None else 0), template("N#{number}")),
    "or None": (lambda t: index_key("E", t.email) or None, template("E#{email}")),
    "if there": (lambda t: index_key("E", t.email) if t.email else None, sparse("E#{email}")),
    "and": (lambda t: t.email and key("E", t.email), template("E#{email}")),
    "is not None": (lambda t: key("E", t.email) if t.email is not None else None, template("E#{email}")),
    "match None": (match_none, template("DUE#{due}")),
    "suppress": (with_suppress, template("DUE#{due}")),
    "sparse is": (lambda t: index_key("O", t.team) if t.status is Status.OPEN else None, sparse("O#{team}")),
    "sparse property": (lambda t: key("O", t.team) if t.is_open else None, sparse("O#{team}")),
    "sparse flag": (lambda t: None if t.closed else t.number, sparse("{number:number}")),
    "sparse ==": (lambda t: key("O", t.team) if t.status == Status.OPEN else None, sparse("O#{team}")),
    "sparse in": (lambda t: f"O#{t.team}" if t.status in {Status.OPEN, Status.HELD} else None, sparse("O#{team}")),
    "sparse literal": (lambda t: key("A", t.team) if t.kind == "a" else None, sparse("A#{team}")),
    "sparse text enum": (lambda t: key("A", t.team) if t.colour == "red" else None, sparse("A#{team}")),
    "sparse tuple": (
        lambda t: key("A", t.name) if (t.status, t.closed) == (Status.OPEN, False) else None,
        sparse("A#{name}"),
    ),
    "sparse and its field": (
        lambda t: key("S", t.status, t.due) if t.due and t.status is not Status.HELD else None,
        sparse("S#{status}#{due}"),
    ),
    "not zero": (lambda t: key("N", t.number) if t.number else None, sparse("N#{number}")),
    "branch": (lambda t: key("OPEN") if t.closed else key("N", t.name), reads("closed", "name")),
    "branch on None": (lambda t: "OPEN" if t.due is None else "CLOSED", reads("due")),
    "None as a number": (lambda t: key("T", int(t.due is None), t.name), reads("due", "name")),
    "branching helper": (lambda t: key("B", branching_helper(t)), reads("status", "team", "name")),
    "match a member": (match_member, reads("status", "team")),
    "both None": (both_none, reads("due", "email", "name")),
    "both members": (both_members, reads("status", "boss", "team", "name")),
    "is the default": (lambda t: key("N", t.name if t.nick is NOBODY else t.nick), reads("nick", "name")),
    "or another": (lambda t: key("E", t.email or t.name), reads("email", "name")),
    "is a literal": (lambda t: key("K", t.kind if t.kind is not KIND.__args__[0] else "z"), reads("kind")),
    "same object": (lambda t: key("S", t.name) if t.name is t.team else key("N", t.name), reads("name", "team")),
    "same field": (lambda t: key("N", t.name) if t.name is t.name else "x", NAME),
    # What needs values
    "comparison": (lambda t: key("LOW", t.name) if t.number < 10 else key("N", t.name), OPAQUE),
    "equality": (lambda t: key("ME", t.name) if t.name == "bob" else key("N", t.name), OPAQUE),
    "hidden equality": (hidden_value, OPAQUE),
    "in a field": (lambda t: key("A", t.name) if "a" in t.name else key("N", t.name), OPAQUE),
    "field in": (lambda t: key("A", t.name) if t.name in {"a", "b"} else None, OPAQUE),
    "length": (lambda t: key("N", t.name) if len(t.name) < 9 else None, OPAQUE),
    "length of a list": (lambda t: key("N", len(t.tags)), OPAQUE),
    "truth of a list": (lambda t: key("N", t.name) if t.tags else None, OPAQUE),
    "slice": (lambda t: key("N", t.name[:4]), OPAQUE),
    "arithmetic": (lambda t: key("N", t.number % 16), OPAQUE),
    "attribute": (lambda t: key("M", t.at.year), OPAQUE),
    "isinstance of a field": (lambda t: key("D", t.due) if isinstance(t.due, date) else None, OPAQUE),
    "type of a field": (lambda t: key("N", by_type(t.name)), reads("name")),
    "match the type": (match_type, OPAQUE),
    "hasattr": (lambda t: key("N", t.name) if hasattr(t.name, "find") else "x", OPAQUE),
    "callable": (lambda t: key("C", t.name) if callable(t.name) else key("N", t.name), reads("name")),
    "regex": (lambda t: key("N", t.name) if re.match("[a-z]", t.name) else key("O", t.name), OPAQUE),
    "join, swallowed": (join_swallowed, reads("name")),
    "swallow": (swallow, reads("name")),
    "bare except": (bare_except, OPAQUE),
    "fallback": (fallback, reads("name")),
    "sorted": (lambda t: key(*sorted((t.team, t.name))), OPAQUE),
    "hash": (lambda t: key("N", hash(t.task_id) % 8), OPAQUE),
    "memo": (memo(), OPAQUE),
    "lru_cache": (functools.lru_cache(lambda t: key("N", t.name)), OPAQUE),
    "whole item": (lambda t: key("N", str(t)), OPAQUE),
    "vars": (lambda t: key("TASK", vars(t)["task_id"]), OPAQUE),
    "asdict": (lambda t: key("N", attrs.asdict(t)["name"]), NAME),
    "evolve": (lambda t: key("N", attrs.evolve(t, team="x").name), NAME),
    "set attribute": (set_attribute, OPAQUE),
    "generator": (lambda t: (x for x in (t.name,)), reads("name")),
    # What is not of the item
    "counter": (counting(), OPAQUE),
    "random": (lambda t: key("N", str(uuid.uuid4()), t.name), OPAQUE),
    "random shard": (lambda t: key("N", random.randrange(1_000_000), t.name), OPAQUE),
}

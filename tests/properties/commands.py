"""Commands out of a seed: the same in every process, so that their requests can be compared. Run, it prints digests."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID

from attrs import field, frozen

from dynamo_document_builder import (
    ConditionCheck,
    Delete,
    Entity,
    Get,
    Put,
    Table,
    TableTransactGet,
    TableTransactWrite,
    TransactGet,
    TransactWrite,
    Update,
    add,
    add_to_set,
    append,
    begins_with,
    contains,
    equals,
    is_in,
    item_exists,
    not_,
    or_,
    remove_from_set,
    size,
    stored,
)


@frozen(kw_only=True)
class Doc:
    doc_id: str
    tags: set[str] = field(factory=set)
    numbers: frozenset[Decimal] = frozenset()
    blobs: set[bytes] = field(factory=set)
    free: dict[str, Any] = field(factory=dict)
    at: datetime | None = None
    texts: list[str] = field(factory=list)
    uid: UUID | None = field(default=None, metadata=stored(alias="size"))
    count: int = 0


TABLE = Table("app")
DOCS = Entity(Doc, TABLE, partition_key=lambda d: d.doc_id, sort_key=lambda _: "META")
LETTERS = [*"abcdefghij", "é", "🥪", "#0", ":0", '"']


def word(random: Random) -> str:
    return "".join(random.choices(LETTERS, k=random.randint(1, 6)))


def words(random: Random) -> set[str]:
    return {word(random) for _ in range(random.randint(1, 8))}


def free(random: Random, depth: int = 0) -> Any:
    makers = [word, words, lambda r: r.random() < 0.5, lambda r: Decimal(r.randint(-999, 999)) / 100]
    if depth < 2:
        makers += [
            lambda r: [free(r, depth + 1) for _ in range(r.randint(0, 3))],
            lambda r: {word(r): free(r, depth + 1) for _ in range(r.randint(0, 3))},
        ]
    return random.choice(makers)(random)


def doc(random: Random, name: str) -> Doc:
    return Doc(
        doc_id=name,
        tags=words(random),
        numbers=frozenset(Decimal(random.randint(-500, 500)) / 10 for _ in range(random.randint(0, 6))),
        blobs={random.randbytes(random.randint(1, 4)) for _ in range(random.randint(0, 4))},
        free={word(random): free(random) for _ in range(random.randint(0, 4))},
        at=datetime.fromtimestamp(random.randint(0, 2**31), UTC),
        texts=sorted(words(random)),
        uid=UUID(int=random.getrandbits(128)),
        count=random.randint(-5, 5),
    )


def condition(random: Random) -> Any:
    return random.choice(
        [
            lambda: {"tags": words(random), "count": random.randint(0, 9)},
            lambda: [item_exists(), {"texts": contains(word(random))}],
            lambda: or_({"tags": contains(word(random))}, not_({"free.x": words(random)}), {"count": is_in(1, 2, 3)}),
            lambda: {"doc_id": begins_with(word(random)), "tags": size(random.randint(0, 3))},
            lambda: {"free": equals({word(random): words(random)})},
        ]
    )()


def updates(random: Random) -> dict[str, Any]:
    changes = {
        "tags": random.choice([add_to_set, remove_from_set])(words(random)),
        "count": add(random.randint(1, 9)),
        "texts": append(sorted(words(random))),
        "free.y": free(random),
        "numbers": frozenset({Decimal(1), Decimal("1.5"), Decimal(-2)}),
    }
    return {name: changes[name] for name in random.sample(list(changes), random.randint(1, len(changes)))}


def write(random: Random, name: str) -> Any:
    return random.choice(
        [
            lambda: Put(doc(random, name), condition=condition(random)),
            lambda: Update(
                {"doc_id": name}, updates=updates(random), condition=random.choice([None, condition(random)])
            ),
            lambda: Delete({"doc_id": name}, condition=condition(random)),
        ]
    )()


def command(random: Random) -> Any:
    """Return a command and who sends it."""
    names = [f"{n}{word(random)}" for n in range(random.randint(1, 5))]
    writes = [write(random, name) for name in names]
    keys = [{"doc_id": name} for name in names]
    return random.choice(
        [
            lambda: (DOCS, writes[0]),
            lambda: (DOCS, Get(keys[0], consistent=True)),
            lambda: (DOCS, TransactWrite(writes, idempotency_token=word(random))),
            lambda: (
                DOCS,
                TransactWrite([*writes, ConditionCheck({"doc_id": "checked"}, condition=condition(random))]),
            ),
            lambda: (DOCS, TransactGet(keys)),
            lambda: (TABLE, TableTransactWrite([DOCS.prepare(writes)])),
            lambda: (TABLE, TableTransactGet((DOCS.prepare(TransactGet(keys)),))),
        ]
    )()


def digests(seed: int, count: int) -> list[str]:
    """Return a digest of the request of each of so many commands."""
    random = Random(seed)
    found = []
    for _ in range(count):
        sender, each = command(random)
        request = sender.request(each)
        found.append(f"{request.operation} {sha256(request.body).hexdigest()}")
    return found


if __name__ == "__main__":
    sys.stdout.write("\n".join(digests(int(sys.argv[1]), int(sys.argv[2]))))

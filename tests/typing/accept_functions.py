"""`contains` and `is_in` with operands and values of every kind: clean in every type checker."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import assert_type

from dynamo_document_builder import Condition, and_, attr, contains, exists, is_in, not_, or_, size
from tests.typing.functions_things import Kind, things
from tests.typing.things import Address

assert_type(things.where(lambda t: contains(t.roles, "x")), Condition)
things.where(lambda t: contains(t.id, "x"))
things.where(lambda t: contains(t.name, "x"))
things.where(lambda t: contains(t.kinds, Kind.A))
things.where(lambda t: contains(t.nums, 3) & contains(t.roles, "a"))
things.where(lambda t: contains(t.decs, 3))
things.where(lambda t: contains(t.days, date(2026, 1, 1)))
things.where(lambda t: contains(t.homes, Address("x")))
things.where(lambda t: contains(t.blob, b"x"))
things.where(lambda t: not_(contains(t.roles, "x")))
things.where(lambda t: is_in(t.id, "a", "b"))
things.where(lambda t: is_in(t.status, "open"))
things.where(lambda t: is_in(t.kind, Kind.A, Kind.B))
things.where(lambda t: is_in(t.n, 1, 2))
things.where(lambda t: is_in(t.d, 1, Decimal(2)))
things.where(lambda t: is_in(t.name, "a", None))
things.where(lambda t: is_in(t.id, *["a", "b"]))
things.where(lambda t: is_in(t.id, ["a", "b"]))
things.where(lambda t: is_in(t.name, ("a", "b")))
things.where(lambda t: is_in(t.n, {1, 2}))
things.where(lambda t: is_in(t.n, frozenset({1, 2})))
things.where(lambda t: is_in(t.d, [1, Decimal(2)]))
things.where(lambda t: is_in(t.kind, [Kind.A, Kind.B]))
things.where(lambda t: or_([t.n == 1, t.n == 2]))
things.where(lambda t: or_((t.n == 1, exists(t.name))))
things.where(lambda t: and_([t.n == 1, exists(t.name)]))
things.where(lambda t: not_(t.n == 1) & exists(t.name))
things.where(lambda _: contains(attr("x"), 5))
things.where(lambda t: is_in(size(t.id), 1, 2))
things.where(lambda t: and_(contains(t.roles, "x"), is_in(t.n, 1)))
conditions: list[Condition] = [
    contains("x"),
    contains(attr("tags"), 3),
    is_in("a", "b"),
    is_in(attr("x"), 1, "a"),
    is_in(1, 2),
]

"""Misuse of `contains` and `is_in`, which every type checker refuses."""

from __future__ import annotations

from dynamo_document_builder import contains, is_in, set_
from tests.typing.functions_things import things

things.where(lambda t: contains(t.roles, 3))  # type: ignore[arg-type, return-value]
things.where(lambda t: contains(t.id, 3))  # type: ignore[arg-type, return-value]
things.where(lambda t: contains(t.nums, "3"))  # type: ignore[arg-type, return-value]
things.where(lambda t: contains(t.days, "2026-01-01"))  # type: ignore[arg-type, return-value]
things.where(lambda t: contains(t.n, 3))  # type: ignore[call-overload]
things.where(lambda t: is_in(t.id, "a", 5))  # type: ignore[arg-type, return-value]
things.where(lambda t: is_in(t.n, "a"))  # type: ignore[arg-type, return-value]
things.where(lambda t: is_in(t.d, "a"))  # type: ignore[arg-type, return-value]
things.where(lambda t: is_in(t.name, 5))  # type: ignore[arg-type, return-value]
things.where(lambda t: is_in(t.id, ["a", 5]))  # type: ignore[arg-type, return-value]
things.where(lambda t: is_in(t.id, (1, 2)))  # type: ignore[arg-type, return-value]
things.where(lambda t: is_in(t.n, {"a", "b"}))  # type: ignore[arg-type, return-value]
things.where(lambda t: is_in(t.d, ["a"]))  # type: ignore[arg-type, return-value]
things.where(lambda t: is_in(t.kind, "a"))  # type: ignore[arg-type, return-value]
things.where(lambda t: contains(t.kinds, "a"))  # type: ignore[arg-type, return-value]
things.changes(lambda t: [set_(t.kind, "a")])  # type: ignore[list-item]
things.changes(lambda t: [set_(t.name, 5)])  # type: ignore[list-item]

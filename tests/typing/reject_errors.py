"""Misuse of what errors hold, which every type checker refuses."""

from __future__ import annotations

from tests.typing.accept_errors import failed, incomplete, read, reads, reason, write
from tests.typing.things import Order, User, orders, table, users

failed.item_of(users).name  # type: ignore[union-attr]
failed.item_of(User)  # type: ignore[arg-type]
failed.item_of(table)  # type: ignore[arg-type]
order: Order | None = failed.item_of(users)  # type: ignore[assignment]
reason.item_of(users).name  # type: ignore[union-attr]
reason.item_of(User)  # type: ignore[arg-type]
incomplete.result_of(orders, write)  # type: ignore[misc]
incomplete.result_of(table, read)  # type: ignore[misc]
incomplete.result_of(users, reads)  # type: ignore[misc]
incomplete.result_of(users, User("a", "b"))  # type: ignore[call-overload]

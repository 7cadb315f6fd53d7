"""Misuse of staged edits that both type checkers refuse. An ignore that is no longer needed is an error."""

from __future__ import annotations

from dynamo_document_builder import Changeset, StaleChangesetError
from tests.typing.things import Order, User, orders, users

Changeset().diff().nothing  # type: ignore[attr-defined]
Changeset().add(users, "u1")  # type: ignore[misc]
Changeset().rebase(StaleChangesetError("x"), take="ours")  # type: ignore[arg-type]
Changeset().edit(User, Order("o1"), Order("o1"))  # type: ignore[arg-type]
Changeset().commit(orders, seconds=5)  # type: ignore[call-arg]

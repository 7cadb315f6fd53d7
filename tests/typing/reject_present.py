"""Misuse of optional fields in conditions and changes, which every type checker refuses."""

from __future__ import annotations

from datetime import UTC, datetime

from dynamo_document_builder import present, set_
from tests.typing.things import users

NOW = datetime.now(UTC)
users.where(lambda u: u.created_at > NOW)  # type: ignore[operator]
users.where(lambda u: u.address.city == "Oslo")  # type: ignore[union-attr]
users.where(lambda u: present(u.address).town == "x")  # type: ignore[attr-defined]
users.where(lambda u: present(u.created_at) > 5)  # type: ignore[operator]
users.changes(lambda u: [set_(present(u.address).city, 5)])  # type: ignore[list-item]

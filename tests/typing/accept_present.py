"""Optional fields in conditions and changes, with `present`: clean in every type checker."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import assert_type

from dynamo_document_builder import Condition, begins_with, contains, greater_than, present, set_, size
from tests.typing.things import users

NOW = datetime.now(UTC)
assert_type(users.where(lambda u: present(u.created_at) > NOW), Condition)
assert_type(users.where(lambda u: present(u.address).city == "Oslo"), Condition)
assert_type(users.where(lambda u: present(u.limit) >= Decimal(1)), Condition)
assert_type(users.where(lambda u: begins_with(present(present(u.address).zip_code), "0")), Condition)
assert_type(users.where(lambda u: contains(present(u.labels), "x")), Condition)
assert_type(users.where(lambda u: size(present(u.email)) > 2), Condition)
assert_type(users.where(lambda u: (present(u.created_at) > NOW) & (u.balance > 3)), Condition)
users.changes(lambda u: [set_(present(u.address).city, "Bergen"), set_(present(u.limit), present(u.limit) + 1)])
assert_type(users.where(lambda u: greater_than(u.created_at, NOW)), Condition)
# Where the field is never None, it is needless and harmless.
assert_type(users.where(lambda u: present(u.balance) > 3), Condition)

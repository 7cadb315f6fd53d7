"""Misuse that both type checkers refuse where conditions are tried out. An ignore that is not needed is an error."""

from __future__ import annotations

from dynamo_document_builder import Put, TableTransactWrite, TestCondition
from tests.typing.things import KEY, Order, table, users

TestCondition(key=KEY)  # type: ignore[call-arg]
users.rehearse(Put(Order("o1")))  # type: ignore[arg-type]
users.rehearse(TableTransactWrite([]))  # type: ignore[arg-type]
table.rehearse(Put(Order("o1")))  # type: ignore[arg-type]

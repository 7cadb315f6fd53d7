"""Asking what a command would do, and the types of the answers: clean in mypy and pyright, both strict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_type

from dynamo_document_builder import (
    Cost,
    Database,
    Delete,
    Explanation,
    Get,
    OperationCost,
    Put,
    TableTransactWrite,
    Units,
)
from tests.typing.things import User, table, users

assert_type(users.explain(Put(User("u1", "Alice"))), Explanation)
assert_type(users.explain(Get({"user_id": "u1"}), values=False), Explanation)
both = TableTransactWrite([users.prepare([Delete({"user_id": "u1"})])])
explanation = table.explain(both)
assert_type(explanation, Explanation)
assert_type(Database().explain(both), Explanation)
assert_type(explanation.sentences, tuple[str, ...])
assert_type(explanation.payload, Mapping[str, Any])
assert_type(explanation.shell, str)

cost = users.cost(Put(User("u1", "Alice")))
assert_type(cost, Cost)
assert_type(table.cost(both), Cost)
assert_type(Database().cost(both), Cost)
assert_type(cost.units + cost.without_transaction, Units)
assert_type(cost.write_units, float)
assert_type(cost.operations, tuple[OperationCost, ...])
assert_type(cost.unknown, tuple[str, ...])

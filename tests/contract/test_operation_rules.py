"""The rules of every operation, on the engine in memory and on the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.asking import Asked, Memory, Reference
from tests.contract.operation_rules.case import ITEMS, NEW, Case
from tests.contract.operation_rules.groups import GROUP_RULES
from tests.contract.operation_rules.items import ITEM_RULES
from tests.contract.operation_rules.pages import PAGE_RULES
from tests.contract.operation_rules.tables import TABLE_RULES
from tests.contract.operation_rules.values import VALUES
from tests.engines import engine_names
from tests.groves import TABLES, create_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = (*ITEM_RULES, *VALUES, *PAGE_RULES, *GROUP_RULES, *TABLE_RULES)

each_case = pytest.mark.parametrize("case", CASES, ids=str)


@pytest.fixture(scope="module")
def reference(request: pytest.FixtureRequest) -> Iterator[Reference]:
    if "dynoxide" not in engine_names():
        pytest.skip("the reference engine is not there")
    reference = Reference(request.getfixturevalue("dynoxide_endpoint"))
    yield reference
    for name in (*TABLES, NEW):
        reference.ask("DeleteTable", {"TableName": name})
    reference.close()


def outcome(engine: Asked, case: Case) -> tuple[str, tuple[str, ...]]:
    engine.ask("DeleteTable", {"TableName": NEW})
    create_tables(engine)
    for table, items in ITEMS.items():
        for item in items:
            assert engine.ask("PutItem", {"TableName": table, "Item": item}).code == ""
    answered = engine.ask(case.operation, case.payload)
    return answered.code, tuple(answered.reasons)


@each_case
def test_memory_keeps_the_rule(case: Case) -> None:
    assert outcome(Memory(), case) == (case.code, case.reasons)


@each_case
def test_the_reference_keeps_the_rule(case: Case, reference: Reference) -> None:
    assert (outcome(reference, case) == (case.code, case.reasons)) is not case.beyond_engine

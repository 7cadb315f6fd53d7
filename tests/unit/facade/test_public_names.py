"""
What an editor offers after a dot: what people use, and nothing that is meant for another layer of the library.

Names between layers have two underscores, such as `__flow__`: they are no part of what people may rely on.
"""

from __future__ import annotations

from typing import Any

import pytest

from dynamo_document_builder import (
    BatchGet,
    BatchWrite,
    ConditionCheck,
    Database,
    Delete,
    Get,
    Put,
    Query,
    Raw,
    Scan,
    TableBatchGet,
    TableBatchWrite,
    TableTransactGet,
    TableTransactWrite,
    TestCondition,
    TransactGet,
    TransactWrite,
    Update,
    item_exists,
)
from tests.unit.things import ALICE, table, user_key, users

KEY = {"user_id": "u1"}
SENT = "abort return_consumed_capacity skip_validation timeout "
WRITE = SENT + (
    "check_version condition label name retry return_item_collection_metrics return_values "
    "return_values_on_condition_check_failure "
)
PAGED = SENT + (
    "consistent count_only entities filter max_items max_requests on_unfit on_unknown page_size projection start "
)
SENDER = "arehearse asend cost explain paginate apaginate rehearse request send transact atransact "
CONNECTED = SENDER + "aclose close connect "

NAMES: list[tuple[Any, str]] = [
    (users, SENDER + "changes explain_keys key_of name parse_key prepare schema table where"),
    (
        table,
        CONNECTED + "check_keys entity_attribute global_secondary_indexes is_same key_names local_secondary_indexes "
        "max_global_indexes name "
        "partition_key sort_key",
    ),
    (Database(), CONNECTED + "table"),
    (Put(ALICE), WRITE + "item timestamp"),
    (Update(KEY, updates={"name": "x"}), WRITE + "key timestamp updates"),
    (Delete(KEY), WRITE + "key"),
    (
        ConditionCheck(KEY, condition=item_exists()),
        "check_version condition key label name return_values_on_condition_check_failure",
    ),
    (
        TestCondition(KEY, condition=item_exists()),
        SENT + "check_version condition key name return_values_on_condition_check_failure",
    ),
    (Get(KEY), SENT + "consistent key projection"),
    (Query(KEY), PAGED + "index key reverse sort_key_condition"),
    (Scan(), PAGED + "index_name segment total_segments"),
    (TransactGet([KEY]), SENT + "keys on_unfit projection retry"),
    (
        TransactWrite([Put(ALICE)]),
        SENT + "idempotency_token retry return_item_collection_metrics timestamp writes",
    ),
    (BatchGet([KEY]), SENT + "consistent keys on_unfit projection retry"),
    (
        BatchWrite([ALICE]),
        SENT + "check_version deletes items retry return_item_collection_metrics timestamp",
    ),
    (TableTransactGet((users.prepare(TransactGet([KEY])),)), SENT + "and_ gets on_unfit retry"),
    (
        TableTransactWrite([users.prepare([Put(ALICE)])]),
        SENT + "idempotency_token retry return_item_collection_metrics timestamp transactions",
    ),
    (TableBatchGet((users.prepare(BatchGet([KEY])),)), SENT + "and_ gets on_unfit retry"),
    (
        TableBatchWrite([users.prepare(BatchWrite([ALICE]))]),
        SENT + "retry return_item_collection_metrics timestamp writes",
    ),
    (
        Raw({"Delete": {"TableName": "app", "Key": user_key("u1")}}),
        "kind label operation table",
    ),
]


@pytest.mark.parametrize(("offered", "names"), NAMES, ids=[type(offered).__name__ for offered, _ in NAMES])
def test_an_editor_offers_what_people_use(offered: Any, names: str) -> None:
    assert {name for name in dir(offered) if not name.startswith("_")} == set(names.split())

"""Entities in what is pickled go by name: what comes out is bound to the entity that is defined there."""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
from copy import copy, deepcopy
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from dynamo_document_builder import (
    Entity,
    Put,
    Query,
    Table,
    TableTransactGet,
    TableTransactWrite,
    TransactGet,
    UsageError,
    key,
)
from dynamo_document_builder.testing import ScriptedTransport, answer
from tests.unit.things import ALICE, User, orders, users


@frozen
class Thing:
    thing_id: str


KEY = {"thing_id": "t1"}


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301  our own


def with_lambda(table: Table, **more: Any) -> Entity[Thing]:
    return Entity(Thing, table, partition_key=lambda t: key("THING", t.thing_id), sort_key=lambda _: "META", **more)


def with_template(table: Table, **more: Any) -> Entity[Thing]:
    return Entity(Thing, table, partition_key="THING#{thing_id}", sort_key="META", **more)


@pytest.mark.parametrize("again", [pickled, copy, deepcopy])
@pytest.mark.parametrize("define", [with_lambda, with_template])
def test_in_one_process_it_is_the_same_entity_on_the_same_client(again: Any, define: Any) -> None:
    transport = ScriptedTransport(answer())
    table = Table("things", transport=transport)
    things = define(table)
    group = things.prepare([Put(Thing("t1"))])
    assert again(things) is things
    assert again(group) == group
    assert again(group).entity is things.__model__
    command = TableTransactWrite([group])
    table.send(again(command))
    assert len(transport.requests) == 1


def test_of_two_entities_of_one_name_each_finds_itself() -> None:
    one, other = with_template(Table("twice")), with_lambda(Table("twice"))
    assert pickled([one, other]) == [one, other]
    assert pickled(one | users).entities == (one.__model__, users.__model__)


def test_an_entity_that_is_gone_is_made_again_from_its_templates() -> None:
    things = with_template(Table("gone"))
    text = pickle.dumps(things.prepare(TransactGet([KEY])))
    request = things.request(Put(Thing("t1")))
    del things
    gc.collect()
    group, again = pickle.loads(text), pickle.loads(text)  # noqa: S301  our own
    assert not Table("gone").check_keys()  # it is no second entity of the table
    assert group == again  # both are of one entity
    assert next(Put(Thing("t1")).__flow__(group.entity)) == request
    with pytest.raises(UsageError, match="table 'gone' is not connected"):
        group.entity.table.send(TableTransactGet((group,)))


def test_an_entity_that_is_gone_and_had_functions_is_refused() -> None:
    things = with_lambda(Table("gone-too"))
    text = pickle.dumps(things)
    del things
    gc.collect()
    with pytest.raises(UsageError, match=r"entity 'Thing' of table 'gone-too' is not defined in this process: import"):
        pickle.loads(text)  # noqa: S301  our own


MODULE = """
from typing import Any
from attrs import frozen
from dynamo_document_builder import *

@frozen
class Thing:
    thing_id: str

table = Table("things")
things = Entity(Thing, table, partition_key=lambda t: key("THING", t.thing_id), sort_key=lambda _: "META")
"""
PICKLING = """
import pickle, sys
import shop
from dynamo_document_builder import *
command = TableTransactWrite([shop.things.prepare([Put(shop.Thing("t1"))])], idempotency_token="t1")
sys.stdout.buffer.write(pickle.dumps((command, shop.table.request(command).body)))
"""
UNPICKLING = """
import pickle, sys
command, body = pickle.loads(sys.stdin.buffer.read())
import shop
assert command.transactions[0].entity is shop.things.__model__
assert shop.table.request(command).body == body
twin = shop.Entity(shop.Thing, shop.Table("things"), partition_key="THING#{thing_id}", sort_key="META")
print("same")
"""
AMBIGUOUS = """
import pickle, sys
import shop
twin = shop.Entity(shop.Thing, shop.Table("things"), partition_key="THING#{thing_id}", sort_key="META")
try:
    pickle.loads(sys.stdin.buffer.read())
except shop.UsageError as error:
    print(error)
"""


def run(source: str, folder: Path, given: bytes = b"") -> bytes:
    path = str(Path(sys.modules[Table.__module__].__file__ or "").parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([path, str(folder)])}
    return subprocess.run(
        [sys.executable, "-c", source], input=given, check=True, capture_output=True, env=environment
    ).stdout


def test_another_process_takes_the_entity_that_its_module_defines(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(MODULE)
    text = run(PICKLING, tmp_path)
    assert run(UNPICKLING, tmp_path, text) == b"same\n"
    assert b"2 entities named 'Thing' of table 'things' are defined" in run(AMBIGUOUS, tmp_path, text)


SPAWNING = """
import multiprocessing
from attrs import frozen
from dynamo_document_builder import *

@frozen
class Thing:
    thing_id: str

things = Entity(Thing, Table("things"), partition_key=lambda t: key("THING", t.thing_id), sort_key=lambda _: "META")

def longer(command):
    assert command.transactions[0].entity is things.__model__
    return TableTransactWrite([*command.transactions, things.prepare([Delete({"thing_id": "t2"})])])

if __name__ == "__main__":
    command = TableTransactWrite([things.prepare([Put(Thing("t1"))])])
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        again = pool.apply(longer, (command,))
    assert [group.entity is things.__model__ for group in again.transactions] == [True, True]
    print("same")
"""


def test_commands_go_to_a_worker_process_and_back(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SPAWNING)
    path = str(Path(sys.modules[Table.__module__].__file__ or "").parents[2])
    done = subprocess.run(
        [sys.executable, str(script)], check=True, capture_output=True, env={**os.environ, "PYTHONPATH": path}
    )
    assert done.stdout == b"same\n"


def test_a_read_over_several_entities_is_equal_to_another_one() -> None:
    assert Query[Any](key={"user_id": "u1"}, entities=users | orders) == Query[Any](
        key={"user_id": "u1"}, entities=users | orders
    )


def test_a_pickled_table_leaves_its_client_behind() -> None:
    table = Table("app", transport=ScriptedTransport(answer()), partition_key="id", sort_key=None)
    again = pickled(table)
    assert (again.name, again.key_names) == ("app", ("id",))
    assert again.__connection__.transport is None
    assert copy(table) is deepcopy(table) is table
    assert isinstance(ALICE, User)

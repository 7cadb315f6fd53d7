"""What pydantic keeps without a field for it is a part of the item wherever an item is compared, changed or shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel, ConfigDict

from dynamo_document_builder import Changeset, Entity, Get, Put, StaleChangesetError, Table, Update, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable


class Inner(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int = 1


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int = 1
    x: Inner = Inner()


@pytest.fixture
def opens(table: Table) -> Entity[Open]:
    return Entity(Open, table, partition_key="OPEN", sort_key="1")


def opened(**values: Any) -> Open:
    return Open(**values)


def there(opens: Entity[Open]) -> Open | None:
    return opens.send(Get({}, consistent=True)).item


@pytest.mark.parametrize(
    ("old", "new", "paths"),
    [
        (opened(q=1), opened(a=2, q=2, z=3), {"a", "q", "z"}),
        (opened(q=1), opened(q=2), {"q"}),
        (opened(q=1), opened(), {"q"}),
        (opened(q=1, json=1), opened(q=1, json=2), {"json"}),
        (opened(x=Inner(q=1)), opened(x=Inner(q=2, r=[1])), {"x.q", "x.r"}),
        (opened(q={"m": 1}), opened(q={"m": 2}), {"q"}),
    ],
)
def test_an_edit_of_extras_is_written(table: Table, opens: Entity[Open], old: Open, new: Open, paths: set[str]) -> None:
    opens.send(Put(old))
    changes = Changeset().edit(opens, old, new)
    [update] = changes.command().transactions[0].writes
    assert {str(change.path) for change in update.updates} == paths
    assert {change.name for change in changes.diff().items[0].fields} == {path.split(".")[0] for path in paths}
    Changeset.from_json(changes.to_json(), [opens]).commit(table)
    assert there(opens) == new


@pytest.mark.parametrize(
    ("stage", "theirs"),
    [
        (lambda opens, old: Changeset().edit(opens, old, opened(a=5, q=1)), {"q": 99}),
        (lambda opens, old: Changeset().edit(opens, old, opened(q=1, z=1)), {"q": 1, "z": 2}),
        (lambda opens, old: Changeset().delete(opens, old), {"q": 99}),
        (lambda opens, old: Changeset().delete(opens, old), {}),
    ],
)
def test_what_others_changed_of_the_extras_is_not_overwritten(
    table: Table,
    opens: Entity[Open],
    stage: Callable[[Entity[Open], Open], Changeset],
    theirs: dict[str, Any],
) -> None:
    opens.send(Put(opened(q=1)))
    changes = stage(opens, opened(q=1))
    opens.send(Put(opened(**theirs)))
    with pytest.raises(StaleChangesetError, match=r"changed since it was read: [qz]"):
        changes.commit(table)
    assert there(opens) == opened(**theirs)


def test_extras_are_joined_with_what_others_changed(table: Table, opens: Entity[Open]) -> None:
    opens.send(Put(opened(q=1, gone=1)))
    changes = Changeset().edit(opens, opened(q=1, gone=1), opened(q=2, new=3))
    opens.send(Put(opened(a=7, q=1, gone=1, theirs=4)))
    with pytest.raises(StaleChangesetError) as stale:
        changes.commit(table)
    changes.rebase(stale.value).commit(table)
    assert there(opens) == opened(a=7, q=2, new=3, theirs=4)


def test_a_decision_depends_on_the_extras(opens: Entity[Open]) -> None:
    opens.send(Put(opened(q=1)))
    seen: list[Any] = []

    def decide(found: list[Open | None]) -> list[Put[Open]]:
        [item] = found
        assert item is not None
        seen.append((item.model_extra or {})["q"])
        if len(seen) == 1:
            opens.send(Put(opened(q=99)))
        return [Put(opened(a=item.a + 1, q=seen[-1]))]

    assert opens.transact(decide, [{}]).tries == 2
    assert there(opens) == opened(a=2, q=99)


def test_an_item_that_is_added_is_shown_with_its_extras(opens: Entity[Open]) -> None:
    assert "q: nothing -> 5" in str(Changeset().add(opens, opened(q=5)).diff())


def test_a_name_that_somebody_writes_is_that_of_a_field(opens: Entity[Open]) -> None:
    with pytest.raises(UsageError, match="no field 'q'"):
        opens.send(Update({}, updates={"q": 1}))

"""Of a union of schemas, each item keeps what its own class has fields for."""

from datetime import datetime
from typing import Any, Literal

import pytest
from attrs import field, frozen

from dynamo_document_builder import DefinitionError, Delete, Entity, Put, Table, Update, item_exists, stored
from tests.unit.kept import NOON_TEXT, at_noon, spelled


@frozen
class Page:
    page_id: str
    kind: Literal["page"] = "page"
    text: str = ""
    version: int = field(default=0, metadata=stored(version=True))
    changed: datetime | None = field(default=None, metadata=stored(updated_at=True))


@frozen
class Link:
    page_id: str
    kind: Literal["link"] = "link"
    text: str = ""


pages: Entity[Any] = Entity(Page | Link, Table("pages", partition_key="page_id", sort_key=None))


def test_a_put_keeps_what_its_class_has() -> None:
    page = pages.request(at_noon(Put(Page("p1", version=3)))).payload
    assert (page["Item"]["version"], page["Item"]["changed"]) == ({"N": "4"}, NOON_TEXT)
    assert spelled(page, "ConditionExpression") == "version = 3"
    link = pages.request(Put(Link("p1"))).payload
    assert sorted(link["Item"]) == ["kind", "page_id", "text"]
    assert "ConditionExpression" not in link


def test_an_object_in_the_key_tells_what_its_class_has() -> None:
    page = pages.request(at_noon(Update(Page("p1", version=3), updates={"text": "x"}))).payload
    assert spelled(page, "UpdateExpression") == f"SET text = x, changed = {NOON_TEXT['S']} ADD version 1"
    link = pages.request(Update(Link("p1"), updates={"text": "x"}, condition=item_exists())).payload
    assert spelled(link, "UpdateExpression") == "SET text = x"
    assert "ConditionExpression" not in pages.request(Delete(Link("p1"))).payload


def test_a_version_in_a_mapping_is_checked() -> None:
    payload = pages.request(Delete({"page_id": "p1", "version": 3})).payload
    assert spelled(payload, "ConditionExpression") == "version = 3"


def test_a_field_that_is_a_version_in_one_class_only_is_refused() -> None:
    @frozen
    class Other:
        page_id: str
        kind: Literal["other"] = "other"
        version: int = 0

    with pytest.raises(
        DefinitionError, match="field 'version' is version=True in Page and a field without a role in Other"
    ):
        Entity(Page | Other, Table("pages", partition_key="page_id", sort_key=None))

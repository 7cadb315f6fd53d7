"""Keys as they come back are the very text that they were asked for with."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder import UnexpectedResponseError
from dynamo_document_builder.model.keys.stored_keys import stored_key

WIRES = st.one_of(
    st.builds(lambda text: {"S": text}, st.text()),
    st.builds(lambda number: {"N": str(number)}, st.integers()),
    st.just({"B": "AAE="}),
)
NAMES = st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1, max_size=4, unique=True)


@given(data=st.data(), names=NAMES)
def test_a_key_is_read_whatever_its_names_and_values(data: Any, names: list[str]) -> None:
    key = {name: data.draw(WIRES) for name in names}
    item = {**{f"{name}.": {"S": "other"} for name in names}, **key}
    for ascii_only in (True, False):
        text = stored_key(tuple(names))(json.dumps(item, ensure_ascii=ascii_only).encode())
        assert json.loads(text) == key
        assert text == stored_key(tuple(names))(text.encode())


@pytest.mark.parametrize("names", [("PK",), ("PK", "SK"), ("a%s", "b%%"), ("PK", "SK", "GSI1PK", "GSI1SK")])
@pytest.mark.parametrize("item", ['{"other":{"S":"x"}}', "{}", "[]", '{"PK":{"BOOL":true},"SK":{"S":"x"}}', "{"])
def test_what_has_no_key_is_no_item(names: tuple[str, ...], item: str) -> None:
    with pytest.raises(UnexpectedResponseError, match="an item came back without its key attributes"):
        stored_key(names)(item.encode())

"""The signature of a text by a prepared key: that of the standard library."""

from __future__ import annotations

import hmac

from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder.transports.direct.mac import Mac


@given(key=st.binary(max_size=200), texts=st.lists(st.binary(max_size=300), min_size=1))
def test_a_prepared_key_signs_any_number_of_texts(key: bytes, texts: list[bytes]) -> None:
    mac = Mac(key)
    for text in texts:
        assert mac.digest(text) == hmac.digest(key, text, "sha256")

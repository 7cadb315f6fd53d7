"""Playing what has a quick way and a thorough one: both have to say the same."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen, validators
from hypothesis import strategies as st

from dynamo_document_builder import DocumentBuilderError, Entity
from tests.unit.play import model, play

SEEDS = st.integers(0, 2**32)


@frozen
class User:
    user_id: str
    name: str = field(default="", validator=validators.max_len(5))
    tags: frozenset[str] = frozenset()


def outcome(entity: Entity[Any], command: Any, body: bytes) -> Any:
    """Return the requests and the result of a command that is answered so, or what its error says."""
    try:
        return play(command.__flow__(model(entity)), body)
    except DocumentBuilderError as error:
        return type(error), str(error), getattr(error, "failures", None)

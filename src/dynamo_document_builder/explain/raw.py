"""Operations that somebody wrote in DynamoDB JSON, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamo_document_builder.explain.titles import title_of

if TYPE_CHECKING:
    from dynamo_document_builder.explain.steps import RawStep
    from dynamo_document_builder.explain.words import Words


def raw_sentence(step: RawStep, words: Words) -> str:
    """Say what a raw operation does."""
    return title_of(step, words)

"""Requests as lines for a shell: what is too long for an argument goes through a file."""

from __future__ import annotations

import json

import pytest

from dynamo_document_builder.explain.shell import shell_command


@pytest.mark.parametrize(("text", "through_a_file"), [("x" * 99_000, False), ("x" * 101_000, True)])
def test_a_long_request_goes_through_a_file(text: str, through_a_file: bool) -> None:
    assert ("mktemp" in shell_command("PutItem", json.dumps({"Item": {"a": {"S": text}}}))) is through_a_file


@pytest.mark.parametrize(("character", "count"), [("é", 60_000), ("日", 40_000), ("🎉", 30_000)])
def test_the_limit_is_in_bytes(character: str, count: int) -> None:
    body = json.dumps({"Item": {"a": {"S": character * count}}}, ensure_ascii=False)
    assert len(body) < 100_000
    assert "mktemp" in shell_command("PutItem", body)

"""Every right-hand cell of the guides' tables runs, in order, in what the page set up before."""

from __future__ import annotations

import ast
import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from dynamo_document_builder import Table
from dynamo_document_builder.testing import create_table

if TYPE_CHECKING:
    from collections.abc import Iterator

GUIDES = sorted((Path(__file__).parent.parent / "docs" / "guides").glob("from-*.md"))
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
ROW = re.compile(r"^\| (?P<theirs>.+?) \| `(?P<ours>.+)` \|$", re.MULTILINE)
FEWEST = 18


@pytest.fixture
def engine_in_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client = boto3.client("dynamodb")
        for name in ("app", "audit"):
            create_table(Table(name, client=client))
        yield
        client.close()


def run(code: str, names: dict[str, Any]) -> Any:
    """Run one cell, which is an expression and may await, and return what it gives."""
    compiled = compile(code, code, "eval", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    found = eval(compiled, names)  # noqa: S307  our own pages
    return asyncio.run(found) if asyncio.iscoroutine(found) else found


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.stem)
def test_every_right_hand_cell_runs(page: Path, engine_in_process: None) -> None:
    text = page.read_text()
    names: dict[str, Any] = {"__name__": f"guide_{page.stem.replace('-', '_')}"}
    for block in BLOCK.findall(text):
        exec(compile(block, str(page), "exec"), names)  # noqa: S102  our own pages
    rows = [row["ours"] for row in ROW.finditer(text)]
    assert len(rows) >= FEWEST
    assert len(rows) == len(re.findall(r"^\| (?!-)", text, re.MULTILINE)) - 1  # all but the heading
    for ours in rows:
        run(ours, names)

"""The quickstart works as pasted into a fresh interpreter, whichever tab the reader has chosen."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.engines import engine_names, running_dynoxide
from tests.test_docs import PROJECT, Block, blocks_of

PAGE = PROJECT / "docs/start/quickstart.md"
LOCAL = "http://localhost:8000"
ACCOUNT = """\
import boto3
from moto import mock_aws

mock_aws().start()
boto3.client("dynamodb").create_table(
    TableName="app",
    BillingMode="PAY_PER_REQUEST",
    AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")],
    KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
)
"""
"""Stands for an AWS account that has the table."""


def chosen(tab: str) -> list[Block]:
    """Return the blocks that a reader sees in a tab and outside of tabs."""
    blocks = [block for block in blocks_of(PAGE.name, PAGE.read_text()) if block.tab in {None, tab}]
    assert tab in {block.tab for block in blocks}
    return blocks


def pasted(tab: str, *, before: str = "", endpoint: str = LOCAL, **environment: str) -> str:
    """Run the page's code in a new interpreter, and return what it prints."""
    code = "\n".join(block.text for block in chosen(tab) if block.language == "python")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "DYNAMODB_"))}
    done = subprocess.run(
        [sys.executable, "-"],
        input=before + code.replace(LOCAL, endpoint),
        env=clean | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


def printed(tab: str) -> str:
    """Return what the page says that it prints."""
    return "".join(block.text + "\n" for block in chosen(tab) if block.comment == "output")


def test_in_process_it_needs_no_account() -> None:
    assert pasted("In process") == printed("In process")


def test_on_aws_it_uses_the_table_that_is_there() -> None:
    account = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
    assert pasted("AWS", before=ACCOUNT, **account) == printed("AWS")


@pytest.mark.skipif("dynoxide" not in engine_names(), reason="there is no local server here")
def test_on_a_local_server(tmp_path_factory: pytest.TempPathFactory) -> None:
    with running_dynoxide(tmp_path_factory.mktemp("dynoxide") / "log.txt") as endpoint:
        assert pasted("DynamoDB Local", endpoint=endpoint) == printed("DynamoDB Local")

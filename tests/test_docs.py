"""
Every Python block of the README and the documentation runs, in order, in one namespace per page.

A page runs against an empty engine in process, with a region and credentials in the environment, so that
`boto3.client("dynamodb")` works. HTML comments, which readers do not see, say the rest:

`<!-- setup: tables=app, users(user_id), events(tenant, at) -->`
    Anywhere on the page, usually at its top: the tables to create before its first block. The string keys of each are
    in parentheses, and PK and SK where none are given.
`<!-- output -->`
    Between a Python block and a text block: the text block is exactly what the Python block prints.
`<!-- skip: reason -->`
    Right before a shell block, each of which needs one, as shell blocks are not run. Python blocks cannot be skipped.
`<!-- cells -->`
    Right before a table: each code in its second column runs, row by row, and each row has some; with
    `<!-- cells: all -->` that in its first column too. A cell may await.

`<!-- alternatives -->`
    Right before tabs, `=== "AWS"`, of which a reader chooses one: the first of them runs here, and
    tests/site/test_quickstart.py pastes each. Other tabs run one after the other.

A block that embeds a file of `examples/` is not run here: tests/test_examples.py and tests/test_fastapi_example.py run
the examples.

Failures and tracebacks name the page and the line.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import io
import re
import sys
import textwrap
import types
from dataclasses import dataclass, replace
from itertools import dropwhile, islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

import dynamo_document_builder
import dynamo_document_builder.codecs
import dynamo_document_builder.testing
from tests.engines import REGION, create_table

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).parent.parent
GUIDE = PROJECT / "src/dynamo_document_builder/guide.md"
PAGES = [PROJECT / "README.md", GUIDE, *sorted((PROJECT / "docs").rglob("*.md"))]

OPENING = re.compile(r"^(?P<indent>\s*)(?P<fence>`{3,}|~{3,})\s*(?P<language>[\w+-]*)")
COMMENT = re.compile(r"^\s*<!--\s*(?P<name>setup|output|skip|cells|alternatives)\b:?\s*(?P<text>.*?)\s*-->\s*$")
CELL = re.compile(r"(?<!\\)\|")
CODE = re.compile(r"`([^`]+)`")
EMBEDDED = re.compile(r"--8<--\nexamples/[\w/]+\.py\n--8<--")
TAB = re.compile(r'^=== "(?P<title>.+)"$')
TABLE = re.compile(r"(?P<name>[\w.-]+)\s*(?:\((?P<keys>[^)]*)\))?\s*(?:,\s*|$)")

SHELLS = {"bash", "console", "sh", "shell", "zsh"}
NOT_RUN_BY_THIS_NAME = {"py", "py3", "pycon", "python3", "python-repl"}


class PageError(Exception):
    """Say what is wrong on a page, and where."""


@dataclass(frozen=True)
class Block:
    """One fenced block, with the comment right before it."""

    page: str
    line: int
    """The line of the opening fence; the code begins on the next."""
    language: str
    text: str
    comment: str | None = None
    comment_text: str = ""
    tab: str | None = None
    is_alternative: bool = False
    """In a tab of alternatives that is not the first one."""

    def fail(self, message: str) -> PageError:
        return PageError(f"{self.page}:{self.line}: {message}")


def blocks_of(page: str, text: str) -> list[Block]:
    found: list[Block] = []
    comment: tuple[str, str] | None = None
    tabs: list[str] = []
    are_alternatives = False
    lines = iter(enumerate(text.splitlines(), start=1))
    for number, line in lines:
        if match := TAB.match(line):
            are_alternatives = are_alternatives if tabs else comment == ("alternatives", "")
            tabs.append(match["title"])
        elif line[:1].strip():
            tabs.clear()
        if opening := OPENING.match(line):
            name, said = comment or (None, "")
            code = code_until(opening["fence"], lines)
            tab = tabs[-1] if tabs else None
            is_other = are_alternatives and len(tabs) > 1
            found.append(Block(page, number, opening["language"].lower(), code, name, said, tab, is_other))
            comment = None
        elif match := COMMENT.match(line):
            comment = match["name"], match["text"]
            if comment[0] == "cells":
                found += cells_of(page, lines, slice(2) if comment[1] == "all" else slice(1, 2))
                comment = None
        elif line.strip():
            comment = None
    return found


def cells_of(page: str, lines: Iterator[tuple[int, str]], columns: slice) -> Iterator[Block]:
    """Yield the code in some columns of the table that comes next."""
    rows = takewhile(lambda numbered: numbered[1].startswith("|"), dropwhile(lambda numbered: not numbered[1], lines))
    for number, line in islice(rows, 2, None):  # its head and the line under it are left out
        row = Block(page, number, "cell", line)
        cells = [cell.replace("\\|", "|") for cell in CELL.split(line.strip())[1:-1]]
        if not CODE.search(cells[1]):
            raise row.fail("there is no code in the second column of this row")
        yield from (replace(row, text=code) for cell in cells[columns] for code in CODE.findall(cell))


def code_until(fence: str, lines: Iterator[tuple[int, str]]) -> str:
    code: list[str] = []
    for _, line in lines:
        if line.strip().startswith(fence):
            break
        code.append(line)
    return textwrap.dedent("\n".join(code))


def tables_of(page: str, text: str) -> list[tuple[str, str, str | None]]:
    """Return each table that a page's setup asks for: name, partition key, sort key."""
    tables: list[tuple[str, str, str | None]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        match = COMMENT.match(line)
        if match is None or match["name"] != "setup":
            continue
        asked = match["text"].removeprefix("tables=")
        if asked == match["text"] or TABLE.sub("", asked):
            raise PageError(f"{page}:{number}: cannot read this setup; it is `setup: tables=app, users(user_id)`")
        tables += [table_of(found) for found in TABLE.finditer(asked)]
    return tables


def table_of(found: re.Match[str]) -> tuple[str, str, str | None]:
    if found["keys"] is None:
        return found["name"], "PK", "SK"
    partition_key, _, sort_key = (key.strip() for key in found["keys"].partition(","))
    return found["name"], partition_key, sort_key or None


def check_convention(block: Block) -> None:
    if block.language in NOT_RUN_BY_THIS_NAME:
        raise block.fail(f"a {block.language} block does not run; call it python")
    if block.language == "python" and block.comment == "skip":
        raise block.fail("a python block cannot be skipped")
    if block.language in SHELLS and not (block.comment == "skip" and block.comment_text):
        raise block.fail("a shell block is not run, so `<!-- skip: reason -->` must stand right before it")


def run_page(page: str, text: str) -> None:
    module = types.ModuleType("page_" + re.sub(r"\W", "_", page))
    sys.modules[module.__name__] = module  # where the annotations of a class defined on the page are looked up
    try:
        printed: str | None = None
        for block in blocks_of(page, text):
            check_convention(block)
            if block.comment == "output":
                check_output(block, printed)
            runs = (
                block.language in {"cell", "python"} and not block.is_alternative and not EMBEDDED.fullmatch(block.text)
            )
            printed = run_block(block, module.__dict__) if runs else None
    finally:
        del sys.modules[module.__name__]
        module.__dict__.clear()  # codecs are kept, and with them functions of the page: not its clients and threads


def check_output(block: Block, printed: str | None) -> None:
    if printed is None or block.language != "text":
        raise block.fail("`<!-- output -->` stands between a python block and a text block")
    if block.text.rstrip() != printed.rstrip():
        raise block.fail(f"this is not what the block before prints, which is:\n{printed}")


def run_block(block: Block, namespace: dict[str, Any]) -> str:
    is_cell = block.language == "cell"
    source = "\n" * (block.line - is_cell) + block.text + "\n"
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if is_cell else 0
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            awaited = eval(compile(source, PROJECT / block.page, "exec", flags), namespace)  # noqa: S307  the code is our own
            if inspect.iscoroutine(awaited):
                asyncio.run(awaited)
        except Exception as error:
            raise block.fail(f"this block raises {type(error).__name__}: {error}") from error
    return printed.getvalue()


@pytest.fixture
def empty_engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    with mock_aws():
        yield boto3.client("dynamodb")


def test_only_the_quickstart_has_alternatives() -> None:
    found = {path.name for path in PAGES for block in blocks_of("", path.read_text()) if block.is_alternative}
    assert found == {"quickstart.md"}


@pytest.mark.parametrize("page", [str(path.relative_to(PROJECT)) for path in PAGES])
def test_the_code_of_a_page_runs(page: str, empty_engine: Any) -> None:
    text = (PROJECT / page).read_text()
    for name, partition_key, sort_key in tables_of(page, text):
        create_table(empty_engine, name, partition_key=partition_key, sort_key=sort_key)
    run_page(page, text)


def test_the_readme_has_a_first_example() -> None:
    blocks = blocks_of("README.md", (PROJECT / "README.md").read_text())
    assert "python" in [block.language for block in blocks]


GOOD_PAGE = """\
<!-- setup: tables=app, users(user_id), events(tenant, at) -->

```python
import boto3
names = boto3.client("dynamodb").list_tables()["TableNames"]
```

!!! note

    ```python title="indented"
    for name in sorted(names):
        print(name)
    ```

    <!-- output -->
    ```text
    app
    events
    users
    ```

<!-- skip: installs from a registry -->
```bash
pip install dynamo-document-builder
```
"""


def test_blocks_share_a_namespace_and_their_output_is_compared(empty_engine: Any) -> None:
    tables = tables_of("page.md", GOOD_PAGE)
    assert tables == [("app", "PK", "SK"), ("users", "user_id", None), ("events", "tenant", "at")]
    for name, partition_key, sort_key in tables:
        create_table(empty_engine, name, partition_key=partition_key, sort_key=sort_key)
    run_page("page.md", GOOD_PAGE)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("one\n\n```python\n1 / 0\n```", 3, "raises ZeroDivisionError"),
        ("```python\nprint(1)\n```\n<!-- output -->\n```text\n2\n```", 5, "not what the block before prints"),
        ("text\n<!-- output -->\n```text\n2\n```", 3, "stands between"),
        ("<!-- skip: not today -->\n```python\n1\n```", 2, "cannot be skipped"),
        ("```bash\nls\n```", 1, "is not run"),
        ("```pycon\n>>> 1\n```", 1, "call it python"),
    ],
)
def test_what_is_wrong_on_a_page_is_named_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(PageError, match=rf"^page\.md:{line}: .*{message}"):
        run_page("page.md", text)


def test_a_traceback_shows_the_line_of_the_page() -> None:
    with pytest.raises(PageError) as caught:
        run_page("page.md", "one\n\n```python\nx = 0\n1 / x\n```")
    cause = caught.value.__cause__
    assert cause is not None
    assert cause.__traceback__ is not None
    innermost = cause.__traceback__.tb_next
    assert innermost is not None
    assert innermost.tb_lineno == 5


def test_a_setup_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(PageError, match=r"^page\.md:1: "):
        tables_of("page.md", "<!-- setup: table app -->")


def test_every_public_name_is_in_the_reference() -> None:
    pages = (PROJECT / "docs/reference").glob("*.md")
    entries = [entry for page in pages for entry in re.findall(r"^::: (\S+)", page.read_text(), re.MULTILINE)]
    names = {entry.rpartition(".")[2] for entry in entries}
    packages = dynamo_document_builder, dynamo_document_builder.codecs, dynamo_document_builder.testing
    assert {name for package in packages for name in package.__all__} <= names
    assert len(set(entries)) == len(entries)

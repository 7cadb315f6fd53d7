"""Guides compare what was with what is: each line of what is runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.test_docs import PROJECT, PageError, blocks_of, run_page

if TYPE_CHECKING:
    from pathlib import Path

GUIDES = sorted((PROJECT / "docs/start").glob("from-*.md"))
TABLE_HEAD = re.compile(r"^\|.*\|\n\|[-| :]+\|$", re.MULTILINE)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_table_is_run(guide: Path) -> None:
    before = [text.rstrip().splitlines()[-1] for text in TABLE_HEAD.split(guide.read_text())[:-1]]
    assert [line for line in before if not line.startswith("<!-- cells")] == []
    assert before


def test_cells_run_in_the_namespace_of_the_page_and_may_await() -> None:
    text = """\
```python
seen = []
async def later(value):
    seen.append(value)
```

<!-- cells -->
| what was | here |
|---|---|
| `not run` | `seen.append(1 \\| 2)`, or `await later(4)` |

```python
print(seen)
```

<!-- output -->
```text
[3, 4]
```
"""
    run_page("page.md", text)
    assert [block.language for block in blocks_of("page.md", text)] == ["python", "cell", "cell", "python", "text"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("| `a` | nothing |", r"^page\.md:4: there is no code in the second column"),
        ("| a | nothing |", r"^page\.md:4: there is no code in the second column"),
        ("| a | `1 / 0` |", r"^page\.md:4: this block raises ZeroDivisionError"),
    ],
)
def test_a_cell_that_does_not_run_is_named_with_its_line(row: str, message: str) -> None:
    with pytest.raises(PageError, match=message):
        run_page("page.md", f"<!-- cells -->\n| was | is |\n|---|---|\n{row}\n")


def test_both_columns_run_where_both_can() -> None:
    with pytest.raises(PageError, match="ZeroDivisionError"):
        run_page("page.md", "<!-- cells: all -->\n| was | is |\n|---|---|\n| `1 / 0` | `1` |\n")

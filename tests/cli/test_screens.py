"""
What `ddb` shows in a real terminal, kept as text.

`RENEW_SNAPSHOTS=1` writes the screens anew; look at the difference before it is committed.
"""

from __future__ import annotations

import os
import re
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve

from dynamo_document_builder import Changeset
from tests.cli.shop import User, users
from tests.engines import REACHABLE

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = REACHABLE

SNAPSHOTS = Path(__file__).parent / "snapshots"
MODULE = "tests.cli.shop"
COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

CLICK = tuple(map(int, version("click").split(".")[:2]))
SCREENS: dict[str, tuple[int, list[str]]] = {
    "show": (0, ["show", f"{MODULE}:users", "user_id=u1"]),
    "show_json": (0, ["show", f"{MODULE}:users", '{"user_id": "u1"}', "--json"]),
    "show_nothing": (1, ["show", f"{MODULE}:users", "user_id=none"]),
    "query": (0, ["query", f"{MODULE}:visits", "user_id=u1", "--limit", "2", "--reverse"]),
    "query_filter": (
        0,
        [
            "query",
            f"{MODULE}:visits",
            "user_id=u1",
            "--filter",
            "#n = :n",
            "--names",
            '{"#n": "number"}',
            "--values",
            '{":n": 7}',
        ],
    ),
    "test_passes": (0, ["test", f"{MODULE}:users", "user_id=u1", '{"name": "Alice"}']),
    "test_fails": (
        1,
        [
            "test",
            f"{MODULE}:users",
            "user_id=u1",
            "balance >= :min AND #n = :n",
            "--names",
            '{"#n": "name"}',
            "--values",
            '{":min": 5, ":n": "Alice"}',
        ],
    ),
    "explain": (0, ["explain", f"{MODULE}:users", f"{MODULE}:rename"]),
    "explain_hidden": (0, ["explain", f"{MODULE}:users", f"{MODULE}:rename", "--hide-values"]),
    "cost": (0, ["cost", f"{MODULE}:users", f"{MODULE}:payment"]),
    "rehearse": (1, ["rehearse", f"{MODULE}:users", f"{MODULE}:renaming"]),
    "rehearse_nothing": (2, ["rehearse", f"{MODULE}:rename", f"{MODULE}:renaming"]),
    "show_dictionary": (0, ["show", f"{MODULE}:names", "user_id=u1"]),
    "no_module": (2, ["show", "nowhere:users", "user_id=u1"]),
    "no_name": (2, ["show", f"{MODULE}:nobody", "user_id=u1"]),
    "no_colon": (2, ["show", "users", "user_id=u1"]),
    "no_entity": (2, ["show", f"{MODULE}:table", "user_id=u1"]),
    "no_key": (2, ["show", f"{MODULE}:users", "u1"]),
    "wrong_key": (2, ["show", f"{MODULE}:users", "id=u1"]),
    "wrong_condition": (2, ["test", f"{MODULE}:users", "user_id=u1", "balance = "]),
    "wrong_json": (2, ["test", f"{MODULE}:users", "user_id=u1", "{"]),
    "wrong_option": (2, ["show", f"{MODULE}:users", "user_id=u1", "--nope"]),
    "help": (0, ["--help"]),
}


def check(name: str, screen: str) -> None:
    shown = (
        "\n".join(line.rstrip() for line in COLOURS.sub("", screen).replace("\r\n", "\n").splitlines()).strip() + "\n"
    )
    path = SNAPSHOTS / f"{name}.txt"
    if "RENEW_SNAPSHOTS" in os.environ:
        path.write_text(shown)
    assert shown == path.read_text()


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_what_it_was(shop: Any, ddb: Callable[..., Any], name: str) -> None:
    code, arguments = SCREENS[name]
    ran = ddb(*arguments)
    if name != "wrong_option" or CLICK >= (8, 2):  # older versions of click say it in other words
        check(name, ran.screen)
    assert ran.code == code
    assert "Traceback" not in ran.screen


@pytest.mark.parametrize(
    ("name", "env", "code"),
    [
        ("no_table", {}, 3),
        ("no_server", {"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}, 5),
        ("no_keys", {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"}, 5),
        ("no_profile", {"AWS_PROFILE": "nobody"}, 5),
    ],
)
def test_what_goes_wrong_around_it_is_told_in_a_line(ddb: Callable[..., Any], name: str, env: Any, code: int) -> None:
    ran = ddb("show", f"{MODULE}:users", "user_id=u1", env=env)
    assert ran.code == code
    assert "Traceback" not in ran.screen
    assert ran.screen.startswith("ddb: ")


def staged(tmp_path: Path) -> Path:
    alice = User("u1", "Alice", secret="s3cret")
    file = tmp_path / "changes.json"
    changes = Changeset().edit(users, alice, evolve(alice, name="Alice Smith")).delete(users, User("u2", "Bob"))
    file.write_text(changes.to_json())
    return file


def test_a_changeset_is_reviewed_and_committed(shop: Any, ddb: Callable[..., Any], tmp_path: Path) -> None:
    file = str(staged(tmp_path))
    check("diff", ddb("diff", file, f"{MODULE}:users").screen)
    refused = ddb("commit", file, f"{MODULE}:users", answer="n")
    assert refused.code == 1
    check("commit_no", refused.screen)
    done = ddb("commit", file, f"{MODULE}:users", answer="y")
    assert done.code == 0
    check("commit_yes", done.screen)
    item = shop.get_item(TableName="shop", Key={"PK": {"S": "USER#u1"}, "SK": {"S": "META"}})["Item"]
    assert item["name"] == {"S": "Alice Smith"}


def test_a_changeset_that_came_too_late_is_refused(shop: Any, ddb: Callable[..., Any], tmp_path: Path) -> None:
    file = str(staged(tmp_path))
    shop.delete_item(TableName="shop", Key={"PK": {"S": "USER#u2"}, "SK": {"S": "META"}})
    late = ddb("commit", file, f"{MODULE}:users", "--yes")
    assert late.code == 3
    assert "is stale, nothing was written" in late.screen

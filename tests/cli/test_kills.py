"""A run that is killed, at any moment, is finished by the same command: nothing is lost, and nothing is there twice."""

from __future__ import annotations

import json
import random
import signal
from itertools import count
from threading import Timer
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.loopback import RefusedError, described, loopback
from tests.cli.programs import VISITS, Ended, ended, environment_of, started

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.cli.loopback import Loopback

ITEMS = 240
KILLS = 4
BAD = 7
"""Each item of which the number is a multiple of this does not fit."""


def visit(number: int) -> dict[str, Any]:
    page = {"N": "1"} if number % BAD == 0 else {"S": "x" * 2000}
    return {
        "PK": {"S": "VISITS#u1"},
        "SK": {"S": f"VISIT#{number:06}"},
        "_type": {"S": "Visit"},
        "user_id": {"S": "u1"},
        "number": {"N": str(number)},
        "page": page,
    }


class Killer:
    """A table that kills the program that asks it, now and then: before it answers, or some moments after."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.child: subprocess.Popen[bytes] | None = None
        self.left = 0
        self.stored: dict[str, dict[str, Any]] = {}

    def aim(self, child: subprocess.Popen[bytes] | None, requests: int) -> None:
        """Kill a program about so many requests from now."""
        self.child, self.left = child, requests

    def answer(self, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        if operation == "DescribeTable":
            return described()
        self.left -= 1
        if self.left == 0 and self.random.random() < 0.5:
            self.kill()
        answer = self.scan(body) if operation == "Scan" else self.write(body)
        if self.left == 0:
            # The program goes on with the answer meanwhile: the moment may be anywhere in what it does with it.
            Timer(self.random.random() * 0.01, self.kill).start()
        return answer

    def kill(self) -> None:
        if self.child is not None:
            self.child.kill()

    def scan(self, body: dict[str, Any]) -> dict[str, Any]:
        segment, total = body.get("Segment", 0), body.get("TotalSegments", 1)
        mine = [number for number in range(ITEMS) if number % total == segment]
        after = body.get("ExclusiveStartKey")
        if after is not None:
            last = int(after["SK"]["S"].removeprefix("VISIT#"))
            mine = [number for number in mine if number > last]
        page = [visit(number) for number in mine[:10]]
        if len(mine) <= 10:
            return {"Items": page}
        return {"Items": page, "LastEvaluatedKey": {name: page[-1][name] for name in ("PK", "SK")}}

    def write(self, body: dict[str, Any]) -> dict[str, Any]:
        items = [one["PutRequest"]["Item"] for one in body["RequestItems"]["shop"]]
        if any(item["page"] == {"S": "refused"} for item in items):
            raise RefusedError("ValidationException")
        for item in items:
            self.stored[item["SK"]["S"]] = item
        return {"UnprocessedItems": {}}


def finished(server: Loopback, killer: Killer, tmp_path: Path, *arguments: str) -> tuple[Ended, int]:
    """Run a command again until it is not killed; return its end, and how often it was."""
    for kills in count():
        killer.aim(None, 0)
        child = started(environment_of(server.url), tmp_path, *arguments)
        killer.aim(child, killer.random.randint(1, 9) if kills < KILLS else -1)
        done = ended(child)
        if done.code != -signal.SIGKILL:
            return done, kills
    raise AssertionError


def numbers(path: Path) -> list[int]:
    return sorted(int(json.loads(line)["number"]["N"]) for line in path.read_bytes().splitlines())


@pytest.mark.parametrize("segments", ["1", "3"])
def test_an_export(tmp_path: Path, segments: str) -> None:
    killer = Killer(int(segments))
    with loopback(killer.answer) as server:
        options = ["--rejects", "bad.jsonl", "--segments", segments]
        done, kills = finished(server, killer, tmp_path, "export", VISITS, "visits.jsonl", *options)
    assert kills > 1
    bad = [number for number in range(ITEMS) if number % BAD == 0]
    assert (done.code, done.text) == (1, f"{ITEMS - len(bad)} items, {len(bad)} put aside in bad.jsonl\n")
    assert numbers(tmp_path / "visits.jsonl") == [number for number in range(ITEMS) if number % BAD]
    assert numbers(tmp_path / "bad.jsonl") == bad
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.jsonl", "visits.jsonl"]


def test_an_import(tmp_path: Path) -> None:
    killer = Killer(1)
    lines = [json.dumps(visit(number)) for number in range(ITEMS)]
    lines[30] = json.dumps({**visit(30), "page": {"S": "refused"}})
    (tmp_path / "visits.jsonl").write_text("".join(f"{line}\n" for line in lines))
    with loopback(killer.answer) as server:
        options = ["--rejects", "bad.jsonl"]
        done, kills = finished(server, killer, tmp_path, "import", VISITS, "visits.jsonl", *options)
    assert kills > 1
    bad = [number for number in range(ITEMS) if number % BAD == 0 or number == 30]
    assert (done.code, done.text) == (1, f"{ITEMS - len(bad)} items, {len(bad)} lines put aside\n")
    assert sorted(killer.stored) == [f"VISIT#{number:06}" for number in range(ITEMS) if number not in bad]
    assert (tmp_path / "bad.jsonl").read_text().splitlines() == [lines[number] for number in bad]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.jsonl", "visits.jsonl"]

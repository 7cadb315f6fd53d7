"""Annotations are code of the user's modules: what they import may define entities of its own, in any thread."""

from __future__ import annotations

import importlib
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import attrs

from dynamo_document_builder import Entity, Table, key
from dynamo_document_builder.schema.items.registry import codec_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

PATIENCE = 20

INNER = """
from attrs import frozen
from dynamo_document_builder import Entity, Table, key

@frozen
class Inner:
    name: str

inners = Entity(Inner, Table("app"), partition_key=lambda i: key("I", i.name), sort_key=lambda i: "META")
"""

OUTER = """
import importlib
from attrs import frozen

class Lazy:
    def __getattr__(self, name):
        return getattr(importlib.import_module("{inner}"), name)

lazy = Lazy()

@frozen
class Outer:
    outer_id: str
    inner: "lazy.Inner"
"""


def in_time(work: Callable[[], Any]) -> Any:
    """Return what some work gives; work that hangs fails the test instead of the whole run."""
    found: list[Any] = []
    thread = Thread(target=lambda: found.append(work()), daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert found, "it hangs, or has failed"
    return found[0]


def modules(path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> Any:
    inner = f"{name}_inner"
    (path / f"{inner}.py").write_text(INNER)
    (path / f"{name}.py").write_text(OUTER.format(inner=inner))
    monkeypatch.syspath_prepend(path)
    return importlib.import_module(name)


def entity_of(cls: type[Any]) -> Any:
    return Entity(cls, Table("app"), partition_key=lambda o: key("O", o.outer_id), sort_key=lambda o: "META")


def test_an_annotation_may_import_a_module_that_defines_an_entity(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outer = modules(tmp_path, monkeypatch, "lazy_alone")
    entity = in_time(lambda: entity_of(outer.Outer))
    inner = sys.modules["lazy_alone_inner"]
    assert [info.kind.expected for info in entity.__model__.codec.fields.values()] == ["str", "Inner"]
    assert inner.inners.__model__.codec is codec_of(inner.Inner)


def test_two_threads_may_wait_for_what_the_other_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluated, imported = Event(), Event()

    class Slow:
        def __getattr__(self, name: str) -> type[int]:
            evaluated.set()
            assert imported.wait(PATIENCE), name
            return int

    slow = Slow()
    first = attrs.make_class("First", {"outer_id": attrs.field(type=str), "slow": attrs.field(type="slow.number")})  # type: ignore[arg-type]
    first.__module__ = "slow_home"
    monkeypatch.setitem(sys.modules, "slow_home", type(sys)("slow_home"))
    vars(sys.modules["slow_home"]).update(slow=slow)
    outer = modules(tmp_path, monkeypatch, "lazy_other")

    def second() -> Any:
        assert evaluated.wait(PATIENCE)
        entity = entity_of(outer.Outer)
        imported.set()
        return entity

    with ThreadPoolExecutor(2) as pool:
        made = [pool.submit(entity_of, first), pool.submit(second)]
        assert [future.result(PATIENCE).name for future in made] == ["First", "Outer"]


def test_threads_that_ask_at_once_get_one_codec() -> None:
    for _ in range(20):
        cls = attrs.make_class("Asked", {"name": attrs.field(type=str)})
        other = attrs.make_class("Holder", {"of": attrs.field(type=cls)})
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(codec_of, [cls, other] * 8))
        assert len(set(map(id, found))) == 2
        item: Any = other(cls("a"))
        assert codec_of(other).encode(item) == '"of":{"M":{"name":{"S":"a"}}}'

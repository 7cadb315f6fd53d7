"""What pyrefly 1.5.0 gets wrong of a dictionary display: through a protocol it is not an instance of a `TypedDict`."""

from __future__ import annotations

from typing import Generic, Protocol, TypedDict, TypeVar

S = TypeVar("S")


class Record(TypedDict):
    record_id: str


class Model(Generic[S]):
    schema: type[S]


class Command(Protocol[S]):
    def flow(self, entity: Model[S], /) -> int: ...


class Put(Generic[S]):
    def __init__(self, item: S) -> None:
        self.item = item

    def flow(self, entity: Model[S], /) -> int:
        return len(str((entity, self.item)))


def send(command: Command[Record]) -> int:
    return command.flow(Model[Record]())


send(Put(Record(record_id="x")))
send(Put({"record_id": "x"}))  # pyrefly: ignore[bad-argument-type]

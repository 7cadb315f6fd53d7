"""Append to an audit log and count in one transaction; read the log by time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from attrs import evolve, frozen
from demo_engine import dynamodb

from dynamo_document_builder import (
    ConditionCheck,
    Entity,
    Get,
    Put,
    Query,
    Table,
    TableTransactWrite,
    TransactionCanceledError,
    Update,
    UsageError,
    between,
    increment,
    item_exists,
    item_not_exists,
)


@frozen
class Tenant:
    tenant_id: str
    status: str = "active"


@frozen
class Counter:
    tenant_id: str
    events: int = 0


@frozen
class Event:
    tenant_id: str
    event_id: str
    at: datetime
    text: str


class AuditLog:
    """An append-only log, with a counter per tenant."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.tenants = Entity(
            Tenant, table, partition_key="TENANT#{tenant_id}", sort_key="META"
        )
        self.counters = Entity(
            Counter,
            table,
            partition_key="TENANT#{tenant_id}",
            sort_key="COUNTER",
        )
        self.events = Entity(
            Event,
            table,
            partition_key="TENANT#{tenant_id}",
            sort_key="EVENT#{at}#{event_id}",
        )

    def open_tenant(self, tenant_id: str) -> None:
        """Store a tenant and its counter."""
        self.table.send(
            TableTransactWrite(
                transactions=[
                    self.tenants.prepare(
                        [Put(Tenant(tenant_id), condition=item_not_exists())]
                    ),
                    self.counters.prepare([Put(Counter(tenant_id))]),
                ]
            )
        )

    def append(self, event: Event) -> None:
        """Store the event and count it, or do neither."""
        tenant = {"tenant_id": event.tenant_id}
        active = ConditionCheck(
            key=tenant, condition={"status": "active"}, label="tenant is active"
        )
        insert = Put(event, condition=item_not_exists(), label="event is new")
        count = Update(
            key=tenant,
            updates={"events": increment(1)},
            condition=item_exists(),
        )
        self.table.send(
            TableTransactWrite(
                transactions=[
                    self.tenants.prepare([active]),
                    self.events.prepare([insert]),
                    self.counters.prepare([count]),
                ]
            )
        )

    def read(
        self, tenant_id: str, since: datetime, until: datetime
    ) -> Iterator[Event]:
        """Yield the events of some time; pages are read as you iterate."""
        some_time = between({"at": since}, {"at": until})
        return self.events.paginate(
            Query(key={"tenant_id": tenant_id}, sort_key_condition=some_time)
        ).items()

    def latest(self, tenant_id: str, count: int) -> list[Event]:
        return self.events.send(
            Query(key={"tenant_id": tenant_id}, reverse=True, max_items=count)
        ).items

    def count(self, tenant_id: str) -> int:
        counter = self.counters.send(
            Get(key={"tenant_id": tenant_id}, consistent=True)
        ).item
        return counter.events if counter else 0


def main() -> None:
    table = Table("audit")
    with dynamodb(table) as client:
        table.connect(client)
        log = AuditLog(table)
        log.open_tenant("acme")
        print(f"Tenant acme was opened with {log.count('acme')} events.")

        login = Event(
            "acme",
            "e1",
            datetime(2026, 1, 2, 9, 30, tzinfo=UTC),
            "Ada signed in",
        )
        log.append(login)
        log.append(
            evolve(login, event_id="e2", text="Ada changed her password")
        )
        for minute in range(3, 8):
            at = login.at + timedelta(minutes=minute)
            log.append(
                Event("acme", f"e{minute}", at, f"Ada looked at page {minute}")
            )
        print(
            "Seven events were appended; "
            f"the counter says {log.count('acme')}. The latest two:"
        )
        for event in log.latest("acme", 2):
            print(f"  {event.at:%H:%M} {event.text}")
        print("And those from 09:30 to 09:34:")
        for event in log.read(
            "acme", login.at, login.at + timedelta(minutes=4)
        ):
            print(f"  {event.at:%H:%M} {event.text}")

        try:
            log.append(login)
        except TransactionCanceledError as error:
            print(f"\nAppending e1 again was cancelled, whole:\n{error}")
            print(f"The counter still says {log.count('acme')}.")

        try:
            log.append(evolve(login, event_id="e1#copy"))
        except UsageError as error:
            print(
                "\nAn id that could pass for another key was refused, "
                f"nothing was sent:\n{error}"
            )

        log.tenants.send(Put(Tenant("acme", status="closed")))
        try:
            log.append(evolve(login, event_id="e9", text="Ada signed out"))
        except TransactionCanceledError as error:
            failed = error.by_label["tenant is active"]
            print(f"\nAfter closing the tenant nothing is appended:\n{error}")
            print(
                f"The tenant as it was: {failed.item}. "
                f"The counter still says {log.count('acme')}."
            )


if __name__ == "__main__":
    main()

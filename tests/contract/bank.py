"""Transfers among accounts, each to be applied exactly once whatever happens on the way, and how that is checked."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from attrs import evolve, frozen

from dynamo_document_builder import (
    Database,
    Entity,
    IdempotencyMismatchError,
    NoAnswerError,
    OutcomeUnknownError,
    Put,
    RetryPolicy,
    ServiceError,
    Table,
    TableTransactWrite,
    TransactionCanceledError,
    Update,
    add,
    item_exists,
    item_not_exists,
    key,
    subtract,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNTS = 12
OPENING = 500
HASTY = RetryPolicy(max_attempts=3, base_delay=0.001, max_delay=0.01)
TRIES = 100


@frozen
class Account:
    account_id: str
    balance: int = OPENING


@frozen
class Transfer:
    transfer_id: str
    source: str
    target: str
    amount: int


class Bank:
    """Two tables of one database, and what its customers want."""

    def __init__(self, names: tuple[str, str], transport: Any, seed: int) -> None:
        self.database = Database(transport=transport)
        accounts, transfers = (self.database.table(name) for name in names)
        self.accounts = Entity(
            Account, accounts, partition_key=lambda a: key("ACCOUNT", a.account_id), sort_key=lambda _: "META"
        )
        self.transfers = Entity(
            Transfer, transfers, partition_key=lambda t: key("TRANSFER", t.transfer_id), sort_key=lambda _: "META"
        )
        self.random = Random(seed)
        self.counts: Counter[str] = Counter()

    def wanted(self, count: int) -> Iterator[Transfer]:
        for _ in range(count):
            source, target = self.random.sample(range(ACCOUNTS), 2)
            yield Transfer(str(uuid4()), str(source), str(target), self.random.randint(1, 60))

    def command(self, transfer: Transfer) -> TableTransactWrite:
        accounts = [
            Update(
                {"account_id": transfer.source},
                updates={"balance": subtract(transfer.amount)},
                condition=self.accounts.where(lambda a: a.balance >= transfer.amount),
                label="debit",
            ),
            Update({"account_id": transfer.target}, updates={"balance": add(transfer.amount)}, condition=item_exists()),
        ]
        record = Put(transfer, condition=item_not_exists(), label="record")
        return TableTransactWrite(
            [self.accounts.prepare(accounts), self.transfers.prepare([record])],
            idempotency_token=transfer.transfer_id,
            retry=HASTY,
        )

    def settle(self, transfer: Transfer) -> None:
        """See a transfer through, as a service does that must not lose one nor do one twice."""
        command, unknown = self.command(transfer), None
        for _ in range(TRIES):
            try:
                if unknown is None:
                    self.database.send(command)
                else:
                    self._count_resolved(unknown.resolve())
            except (OutcomeUnknownError, ServiceError, NoAnswerError) as error:
                if self._is_refused(error):
                    return
                unknown = self._unknown(error, unknown)
                command = self._next(command, error)
            else:
                self.counts["applied"] += 1
                return
        raise AssertionError(f"no end was found in {TRIES} tries")

    async def asettle(self, transfer: Transfer) -> None:
        command, unknown = self.command(transfer), None
        for _ in range(TRIES):
            try:
                if unknown is None:
                    await self.database.asend(command)
                else:
                    self._count_resolved(await unknown.aresolve())
            except (OutcomeUnknownError, ServiceError, NoAnswerError) as error:
                if self._is_refused(error):
                    return
                unknown = self._unknown(error, unknown)
                command = self._next(command, error)
            else:
                self.counts["applied"] += 1
                return
        raise AssertionError(f"no end was found in {TRIES} tries")

    def _count_resolved(self, resolution: Any) -> None:
        self.counts[f"resolved: {resolution.applied}"] += 1

    def _is_refused(self, error: Exception) -> bool:
        """Tell whether that is the end of a transfer; that its record is there already must never be."""
        assert not isinstance(error, IdempotencyMismatchError), "a token was used for two transfers"
        if not isinstance(error, TransactionCanceledError):
            return False
        codes = {label: reason.code for label, reason in error.by_label.items()}
        assert codes.get("record") != "ConditionalCheckFailed", "it was applied, and then sent as another"
        self.counts["refused"] += codes["debit"] == "ConditionalCheckFailed"
        return codes["debit"] == "ConditionalCheckFailed"

    def _unknown(self, error: Any, before: Any) -> Any:
        """Return what is still to be resolved after an error: a request that never left settles nothing."""
        if getattr(error, "is_open", False):
            self.counts["unknown"] += 1
            return error
        return None if isinstance(error, TransactionCanceledError) else before

    def _next(self, command: TableTransactWrite, error: Exception) -> TableTransactWrite:
        if not isinstance(error, TransactionCanceledError):
            return command
        self.counts["begun anew"] += 1  # nothing was written, so it may
        return evolve(command, idempotency_token=uuid4())


def open_accounts(client: Any, table: str) -> None:
    accounts = Entity(
        Account,
        Table(table, client=client),
        partition_key=lambda a: key("ACCOUNT", a.account_id),
        sort_key=lambda _: "META",
    )
    for number in range(ACCOUNTS):
        accounts.send(Put(Account(str(number))))


def check_books(client: Any, names: tuple[str, str], counts: Counter[str]) -> None:
    """Compare balances with the records: the sum is what it was, and each transfer stands in both exactly once."""
    accounts, transfers = (_items(client, name) for name in names)
    balances = {item["account_id"]["S"]: int(item["balance"]["N"]) for item in accounts}
    expected = dict.fromkeys(map(str, range(ACCOUNTS)), OPENING)
    for item in transfers:
        amount = int(item["amount"]["N"])
        expected[item["source"]["S"]] -= amount
        expected[item["target"]["S"]] += amount
    assert balances == expected
    assert sum(balances.values()) == ACCOUNTS * OPENING
    assert min(balances.values()) >= 0
    assert len(transfers) == counts["applied"]


def _items(client: Any, name: str) -> list[dict[str, Any]]:
    pages = client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
    return [item for page in pages for item in page["Items"]]

"""Move money between two accounts: all or nothing, once, never below zero."""

from attrs import frozen
from demo_engine import dynamodb

from dynamo_document_builder import (
    Entity,
    Put,
    Table,
    TableTransactWrite,
    TransactGet,
    TransactionCanceledError,
    TransactWrite,
    Update,
    UsageError,
    add,
    greater_than_or_equal,
    item_exists,
    item_not_exists,
    subtract,
)


@frozen
class Account:
    account_id: str
    owner: str
    balance: int = 0


@frozen
class Transfer:
    transfer_id: str
    source: str
    target: str
    amount: int


class Bank:
    """
    Two safeguards against paying twice, made for each other.

    The idempotency token makes sending again harmless for ten minutes: DynamoDB
    knows the transaction and applies nothing. The transfer's own record,
    written in the same transaction, makes it harmless for good.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.accounts = Entity(
            Account,
            table,
            partition_key="ACCOUNT#{account_id}",
            sort_key="META",
        )
        self.transfers = Entity(
            Transfer,
            table,
            partition_key="TRANSFER#{transfer_id}",
            sort_key="META",
        )

    def order(self, transfer: Transfer) -> TableTransactWrite:
        """Build a transfer: a value to log, compare, send and send again."""
        debit = Update(
            key={"account_id": transfer.source},
            updates={"balance": subtract(transfer.amount)},
            condition={"balance": greater_than_or_equal(transfer.amount)},
            label="debit",
        )
        credit = Update(
            key={"account_id": transfer.target},
            updates={"balance": add(transfer.amount)},
            condition=item_exists(),
            label="credit",
        )
        record = Put(transfer, condition=item_not_exists(), label="record")
        return TableTransactWrite(
            transactions=[
                self.accounts.prepare([debit, credit]),
                self.transfers.prepare([record]),
            ],
            idempotency_token=transfer.transfer_id,
        )

    def balances(self) -> str:
        """Read both at one moment: no transfer is half seen."""
        found = self.accounts.send(
            TransactGet(keys=[{"account_id": "alice"}, {"account_id": "bob"}])
        ).items
        return ", ".join(
            f"{account.owner} has {account.balance}"
            for account in found
            if account
        )


def send_again(bank: Bank, order: TableTransactWrite) -> None:
    """Send the same order again, as a service does after a lost answer."""
    try:
        bank.table.send(order)
    except TransactionCanceledError as error:
        if not error.by_label["record"].failed:
            raise
        print(
            "Sent it again: its record is there, so it was applied before "
            "(this engine does not know tokens)."
        )
    else:
        print("Sent it again: DynamoDB knew the token and applied nothing.")


def main() -> None:
    table = Table("bank")
    with dynamodb(table) as client:
        table.connect(client)
        bank = Bank(table)
        bank.accounts.send(
            TransactWrite(
                writes=[
                    Put(Account("alice", "Alice", 100)),
                    Put(Account("bob", "Bob", 20)),
                ]
            )
        )
        print(f"At first {bank.balances()}.")

        order = bank.order(Transfer("t1", "alice", "bob", 30))
        result = bank.table.send(order)
        print(
            f"Transferred 30 with token {result.idempotency_token}: "
            f"{bank.balances()}."
        )
        send_again(bank, order)
        print(f"It was applied once: {bank.balances()}.")

        try:
            bank.table.send(bank.order(Transfer("t2", "alice", "bob", 1000)))
        except TransactionCanceledError as error:
            print(f"\nCancelled: {error}")
            print(f"The account as it was: {error.by_label['debit'].item}")
            print(f"Nothing moved: {bank.balances()}.")

        try:
            bank.table.send(bank.order(Transfer("t3", "alice", "alice", 5)))
        except UsageError as error:
            print(f"\nRefused, nothing was sent: {error}")


if __name__ == "__main__":
    main()

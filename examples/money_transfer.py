"""Move money between two accounts: all or nothing, never below zero, and once only, however often it is sent."""

from demo_engine import dynamodb

from attrs import frozen

from dynamo_document_builder import (
    Entity,
    Get,
    Put,
    Table,
    TransactionCanceledError,
    TransactWrite,
    Update,
    UsageError,
    add,
    greater_than_or_equal,
    item_exists,
    key,
    subtract,
)


@frozen
class Account:
    account_id: str
    owner: str
    balance: int = 0


def transfer(source: str, target: str, amount: int, token: str) -> TransactWrite[Account]:
    """A transfer is a value: build it, log it, compare it, send it, send it again."""
    return TransactWrite(
        writes=[
            Update(
                key={"account_id": source},
                updates={"balance": subtract(amount)},
                condition={"balance": greater_than_or_equal(amount)},
                label="debit",
            ),
            Update(
                key={"account_id": target},
                updates={"balance": add(amount)},
                condition=item_exists(),
                label="credit",
            ),
        ],
        idempotency_token=token,
    )


def main() -> None:
    with dynamodb("bank") as client:
        table = Table("bank", client=client)
        accounts = Entity(
            Account,
            table,
            partition_key=lambda account: key("ACCOUNT", account.account_id),
            sort_key=lambda _: "META",
        )

        def balances() -> str:
            found = [accounts.send(Get(key={"account_id": name}, consistent=True)).item for name in ("alice", "bob")]
            return ", ".join(f"{account.owner} has {account.balance}" for account in found if account)

        accounts.send(Put(Account("alice", "Alice", balance=100)))
        accounts.send(Put(Account("bob", "Bob", balance=20)))
        print(f"At first {balances()}.")

        order = transfer("alice", "bob", 30, token="transfer-1")
        result = accounts.send(order)
        print(f"Sent {result.idempotency_token}: {balances()}.")

        accounts.send(order)
        print(f"Sent {order.idempotency_token} again, as after a lost answer: {balances()}.")
        print("  (DynamoDB applies a token once in ten minutes; moto, in process, does not know tokens.)")

        try:
            accounts.send(transfer("alice", "bob", 1000, token="transfer-2"))
        except TransactionCanceledError as error:
            print(f"\nCancelled: {error}")
            debit = error.by_label["debit"]
            print(f"  The debit failed; the account as it was: {debit.item}")
            print(f"  Nothing moved: {balances()}.")

        try:
            accounts.send(transfer("alice", "alice", 5, token="transfer-3"))
        except UsageError as error:
            print(f"\nRefused before sending: {error}")


if __name__ == "__main__":
    main()

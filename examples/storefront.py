"""Check out an order: one transaction over four tables."""

import json
from decimal import Decimal

from attrs import frozen
from demo_engine import dynamodb

from dynamo_document_builder import (
    Database,
    Entity,
    Get,
    Put,
    Raw,
    Table,
    TableMismatchError,
    TableTransactWrite,
    TransactionCanceledError,
    Update,
    add,
    append,
    greater_than_or_equal,
    item_exists,
    item_not_exists,
    subtract,
)


@frozen
class User:
    user_id: str
    name: str
    orders: tuple[str, ...] = ()


@frozen
class Charge:
    charge_id: str
    user_id: str
    amount: Decimal


@frozen
class Product:
    sku: str
    title: str
    stock: int


class Store:
    """Three tables with entities, and a fourth that another team writes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.users = Entity(
            User,
            database.table("users"),
            partition_key="USER#{user_id}",
            sort_key="META",
        )
        self.charges = Entity(
            Charge,
            database.table("charges"),
            partition_key="CHARGE#{charge_id}",
            sort_key="META",
        )
        self.products = Entity(
            Product,
            database.table("products"),
            partition_key="PRODUCT#{sku}",
            sort_key="META",
        )

    def checkout(self, charge: Charge, sku: str) -> TableTransactWrite:
        """The whole order as one value."""
        credit = {
            "Update": {
                "TableName": "credits",
                "Key": {
                    "PK": {"S": f"CREDIT#{charge.user_id}"},
                    "SK": {"S": "META"},
                },
                "UpdateExpression": "ADD points :points",
                "ExpressionAttributeValues": {":points": {"N": "10"}},
            }
        }
        return TableTransactWrite(
            transactions=[
                self.users.prepare(
                    [
                        Update(
                            key={"user_id": charge.user_id},
                            updates={"orders": append((charge.charge_id,))},
                            condition=item_exists(),
                            label="user",
                        )
                    ]
                ),
                self.charges.prepare(
                    [Put(charge, condition=item_not_exists(), label="charge")]
                ),
                self.products.prepare(
                    [
                        Update(
                            key={"sku": sku},
                            updates={"stock": subtract(1)},
                            condition={"stock": greater_than_or_equal(1)},
                            label="stock",
                        )
                    ]
                ),
                Raw(credit, label="credit"),
            ]
        )


def main() -> None:
    store = Store(Database())
    tables = [
        entity.table for entity in (store.users, store.charges, store.products)
    ]
    with dynamodb(*tables, Table("credits")) as client:
        store.database.connect(client)
        store.users.send(Put(User("u1", "Ada")))
        store.products.send(Put(Product("lamp", "Desk lamp", stock=1)))

        order = store.checkout(Charge("c1", "u1", Decimal("49.90")), "lamp")
        request = store.database.request(order)
        print(
            f"Dry run, nothing sent: {request.operation} on "
            + ", ".join(request.tables)
        )
        print(json.dumps(request.payload["TransactItems"][2], indent=2))

        store.database.send(order)
        user = store.users.send(
            Get(key={"user_id": "u1"}, consistent=True)
        ).item
        lamp = store.products.send(
            Get(key={"sku": "lamp"}, consistent=True)
        ).item
        print(f"\nSent: {user}\n      {lamp}")

        try:
            store.database.send(
                store.checkout(Charge("c2", "u1", Decimal("49.90")), "lamp")
            )
        except TransactionCanceledError as error:
            print(f"\nSold out: {error}")
            missing = store.charges.send(
                Get(key={"charge_id": "c2"}, consistent=True)
            ).item
            print(f"Nothing was charged: {missing}")

        try:
            store.users.table.send(order)
        except TableMismatchError as error:
            print(f"\nRefused, nothing was sent: {error}")

        restock = Update(
            key={"sku": "lamp"},
            updates={"stock": add(5)},
            return_values="ALL_NEW",
        )
        print(f"\nRestocked: {store.products.send(restock).updated_item}")


if __name__ == "__main__":
    main()

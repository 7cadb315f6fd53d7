"""A shop in one table: entities read together, cursors, batches, versions."""

from datetime import date

from attrs import evolve, field, frozen
from demo_engine import dynamodb

from dynamo_document_builder import (
    BatchGet,
    BatchWrite,
    Entity,
    Get,
    Put,
    Query,
    StaleVersionError,
    Table,
    TableBatchWrite,
    Update,
    UsageError,
    item_exists,
    stored,
)


@frozen
class Customer:
    customer_id: str
    name: str


@frozen
class Order:
    customer_id: str
    placed_on: date
    order_id: str
    skus: tuple[str, ...]
    warehouse: str = "oslo"
    shipped: bool = False


@frozen
class Product:
    sku: str
    title: str
    price: int
    version: int = field(default=0, metadata=stored(version=True))


class Shop:
    """Keep customers with their orders, products, an index of open orders."""

    table = Table(
        "shop",
        entity_attribute="_type",
        global_secondary_indexes={
            "open": {"partition_key": "open_at", "sort_key": "open_since"}
        },
    )
    customers = Entity(
        Customer,
        table,
        partition_key="CUSTOMER#{customer_id}",
        sort_key="PROFILE",
    )
    orders = Entity(
        Order,
        table,
        partition_key="CUSTOMER#{customer_id}",
        sort_key="ORDER#{placed_on}#{order_id}",
        global_secondary_indexes={
            "open": {
                "partition_key": "WAREHOUSE#{warehouse}",
                "sort_key": "{placed_on}#{order_id}",
                "when": {"shipped": False},
            }
        },
    )
    products = Entity(
        Product, table, partition_key="PRODUCT#{sku}", sort_key="META"
    )

    def open_shop(self) -> None:
        """Put versioned products one by one, unversioned items in a batch."""
        for number in range(1, 6):
            self.products.send(
                Put(
                    Product(
                        f"lamp-{number}", f"Lamp {number}", price=number * 10
                    )
                )
            )
        orders = [
            Order(
                "ada",
                date(2026, 1, day),
                f"o{day:02}",
                (f"lamp-{day % 5 + 1}", "lamp-1"),
            )
            for day in range(1, 31)
        ]
        result = self.table.send(
            TableBatchWrite(
                writes=[
                    self.customers.prepare(
                        BatchWrite(
                            items=[
                                Customer("ada", "Ada"),
                                Customer("bob", "Bob"),
                            ]
                        )
                    ),
                    self.orders.prepare(BatchWrite(items=orders)),
                ]
            )
        )
        print(
            f"{result.count} items were written in {result.attempts} requests."
        )

    def show_customer(self, customer_id: str) -> None:
        """Read the customer and her latest orders with one query."""
        both = Query(
            key={"customer_id": customer_id},
            entities=self.customers | self.orders,
            reverse=True,
            max_items=4,
        )
        for item in self.table.send(both).items:
            match item:
                case Customer():
                    print(f"{item.name}, whose latest orders are:")
                case Order():
                    print(
                        f"  {item.order_id} of {item.placed_on}: "
                        + ", ".join(item.skus)
                    )

    def orders_page(
        self, customer_id: str, cursor: str | None
    ) -> tuple[list[Order], str | None]:
        """Return a page, and the cursor of the next one, as a web API does."""
        page = self.orders.send(
            Query(key={"customer_id": customer_id}, max_items=12, start=cursor)
        )
        return page.items, page.cursor

    def products_of(self, order: Order) -> list[Product | None]:
        """Return the products of an order; duplicates are read once."""
        return self.products.send(
            BatchGet(keys=[{"sku": sku} for sku in order.skus])
        ).items

    def ship(self, order: Order) -> None:
        """Mark an order as shipped, which takes it out of the index."""
        self.orders.send(
            Update(
                key=order, updates={"shipped": True}, condition=item_exists()
            )
        )

    def open_orders(self, warehouse: str) -> list[Order]:
        """Read the index, which holds nothing else, from the oldest on."""
        return list(
            self.orders.paginate(
                Query(index={"open": {"warehouse": warehouse}}, page_size=10)
            ).items()
        )


def main() -> None:
    shop = Shop()
    with dynamodb(shop.table) as client:
        shop.table.connect(client)
        shop.open_shop()
        shop.show_customer("ada")

        orders, cursor = shop.orders_page("ada", None)
        print(
            f"\nThe first page ends with {orders[-1].order_id}; "
            "the next begins with a cursor."
        )
        orders, _ = shop.orders_page("ada", cursor)
        print(f"It begins with {orders[0].order_id}.")
        try:
            shop.orders_page("bob", cursor)
        except UsageError as error:
            print(f"With that cursor nobody else's orders are read:\n{error}")

        titles = [
            product.title if product else "gone"
            for product in shop.products_of(orders[0])
        ]
        print(f"\n{orders[0].order_id} is for {' and '.join(titles)}.")

        for order in orders:
            shop.ship(order)
        print(
            "After shipping that page "
            f"{len(shop.open_orders('oslo'))} orders are open."
        )

        lamp = shop.products.send(
            Get(key={"sku": "lamp-1"}, consistent=True)
        ).item
        if lamp is not None:
            shop.products.send(Put(evolve(lamp, price=12)))
            try:
                shop.products.send(Put(evolve(lamp, title="Desk lamp")))
            except StaleVersionError as error:
                print(
                    "\nA product that was changed since it was read "
                    f"is not overwritten:\n{error}"
                )


if __name__ == "__main__":
    main()

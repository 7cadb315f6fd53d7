"""A todo list in one table: transactions over two entities, and typed reads."""

from attrs import frozen
from demo_engine import dynamodb

from dynamo_document_builder import (
    ConditionCheck,
    Entity,
    Put,
    Query,
    Table,
    TableTransactGet,
    TableTransactWrite,
    TransactGet,
    TransactionCanceledError,
    TransactWrite,
    Update,
    UsageError,
    append,
    increment,
    item_exists,
    item_not_exists,
    not_,
    set_,
)


@frozen
class User:
    user_id: str
    name: str
    open_todos: int = 0


@frozen
class Todo:
    user_id: str
    todo_id: str
    title: str
    done: bool = False
    tags: tuple[str, ...] = ()


def main() -> None:
    table = Table("todos")
    with dynamodb(table) as client:
        table.connect(client)
        users = Entity(
            User, table, partition_key="USER#{user_id}", sort_key="PROFILE"
        )
        todos = Entity(
            Todo,
            table,
            partition_key="USER#{user_id}",
            sort_key="TODO#{todo_id}",
        )

        users.send(Put(User("u1", "Ada"), condition=item_not_exists()))
        print("Ada signed up.")

        table.send(
            TableTransactWrite(
                transactions=[
                    todos.prepare(
                        [
                            Put(
                                Todo(
                                    "u1",
                                    "t1",
                                    "Write the program",
                                    tags=("engine",),
                                )
                            ),
                            Put(Todo("u1", "t2", "Find the bug")),
                        ]
                    ),
                    users.prepare(
                        [
                            Update(
                                key={"user_id": "u1"},
                                updates={"open_todos": increment(2)},
                                condition=item_exists(),
                            )
                        ]
                    ),
                ]
            )
        )
        print("Two todos were added and counted, in one transaction.")

        first = {"user_id": "u1", "todo_id": "t1"}
        table.send(
            TableTransactWrite(
                transactions=[
                    todos.prepare(
                        [
                            Update(
                                key=first,
                                updates=todos.changes(
                                    lambda t: [
                                        set_(t.done, True),
                                        append(t.tags, ("first",)),
                                    ]
                                ),
                                condition=todos.where(lambda t: not_(t.done)),
                            )
                        ]
                    ),
                    users.prepare(
                        [
                            Update(
                                key={"user_id": "u1"},
                                updates={"open_todos": increment(-1)},
                            )
                        ]
                    ),
                ]
            )
        )
        print("The first was done, in one more.")

        again = Put(
            Todo("u1", "t2", "Find the bug"), condition=item_not_exists()
        )
        count = Update(
            key={"user_id": "u1"}, updates={"open_todos": increment(1)}
        )
        try:
            table.send(
                TableTransactWrite(
                    transactions=[
                        todos.prepare([again]),
                        users.prepare([count]),
                    ]
                )
            )
        except TransactionCanceledError as error:
            print(f"\nA todo that is there is not added, nor counted:\n{error}")

        unsure = ConditionCheck(key=first, condition={"done": True})
        try:
            todos.send(
                TransactWrite(
                    writes=[
                        unsure,
                        Update(key=first, updates={"title": "Write more"}),
                    ]
                )
            )
        except UsageError as error:
            print(
                "\nA check on an item that the same transaction writes "
                f"is refused, nothing was sent:\n{error}"
            )

        mine = Query(key={"user_id": "u1"}, filter={"done": False})
        print(
            "\nOpen:",
            ", ".join(todo.title for todo in todos.paginate(mine).items()),
        )

        result = table.send(
            TableTransactGet(
                gets=(
                    users.prepare(TransactGet(keys=[{"user_id": "u1"}])),
                    todos.prepare(
                        TransactGet(
                            keys=[
                                first,
                                {"user_id": "u1", "todo_id": "t2"},
                                {**first, "todo_id": "t3"},
                            ]
                        )
                    ),
                )
            )
        )
        found_users, found_todos = (
            result.items
        )  # list[User | None], list[Todo | None]
        for user in found_users:
            print(
                f"\n{user.name if user else 'nobody'} has "
                f"{user.open_todos if user else 0} open todo:"
            )
        for todo in found_todos:
            print(
                f"  [{'x' if todo.done else ' '}] {todo.title}  "
                + ", ".join(todo.tags)
                if todo
                else "  (no third todo)"
            )


if __name__ == "__main__":
    main()

"""
From an interpreter that has just started to the first answered put over TLS, and what that takes of memory.

    python benchmarks/cold_start.py

Each is a program of its own, run in a fresh interpreter; what Python itself takes to start is left out.
Every library looks for the authorities that it trusts where it always does, and finds as many as on any machine.
"""

from __future__ import annotations

import os
import platform
from statistics import median
from typing import TYPE_CHECKING, Final

from engine import client_of, endpoint
from harness import fresh, held, ratio
from operations import create
from secured import secured

if TYPE_CHECKING:
    from secured import Trusted

ROUNDS: Final = 25
TARGETS: Final = {"pydynox model": 0.70, "boto3 client": 0.35}
TABLE: Final = "cold"
# The peak as Linux counts it for this program: what `resource` says has that of the program which started it, too.
MEASURED: Final = """
import time
start = time.perf_counter()
{program}
took = time.perf_counter() - start
with open("/proc/self/status") as status:
    peak = next(line.split()[1] for line in status if line.startswith("VmHWM"))
print(took * 1e3, int(peak) / 1e3)
"""
PROGRAMS: Final = {
    "ours, HttpTransport, credentials from the environment": """
from attrs import frozen
from dynamo_document_builder import Entity, Put, Table
from dynamo_document_builder.transports.http import HttpTransport

@frozen
class User:
    user_id: str
    name: str

table = Table("cold", transport=HttpTransport(endpoint_url=URL))
users = Entity(User, table, partition_key="USER#{user_id}", sort_key="META")
users.send(Put(User("u1", "Alice")))
""",
    "ours, through a boto3 client": """
import boto3
from attrs import frozen
from dynamo_document_builder import Entity, Put, Table

@frozen
class User:
    user_id: str
    name: str

table = Table("cold", client=boto3.client("dynamodb", endpoint_url=URL))
users = Entity(User, table, partition_key="USER#{user_id}", sort_key="META")
users.send(Put(User("u1", "Alice")))
""",
    "boto3 client": """
import boto3
client = boto3.client("dynamodb", endpoint_url=URL)
client.put_item(TableName="cold", Item={"PK": {"S": "USER#u1"}, "SK": {"S": "META"}, "name": {"S": "Alice"}})
""",
    "PynamoDB": """
from pynamodb.models import Model
from pynamodb.attributes import UnicodeAttribute

class User(Model):
    class Meta:
        table_name, host, region = "cold", URL, "us-east-1"
    PK = UnicodeAttribute(hash_key=True)
    SK = UnicodeAttribute(range_key=True)
    name = UnicodeAttribute()

User("USER#u1", "META", name="Alice").save()
""",
    "pydynox model": """
from pydynox import DynamoDBClient, Model, ModelConfig
from pydynox.attributes import StringAttribute
client = DynamoDBClient(region="us-east-1", endpoint_url=URL, access_key="bench", secret_key="bench")

class User(Model):
    model_config = ModelConfig(table="cold", client=client)
    PK = StringAttribute(partition_key=True)
    SK = StringAttribute(sort_key=True)
    name = StringAttribute()

User(PK="USER#u1", SK="META", name="Alice").sync_save(full_replace=True)
""",
}


OURS: Final = next(iter(PROGRAMS))
THROUGH_BOTOCORE: Final = ("ours, through a boto3 client", "boto3 client", "PynamoDB")


def program_of(name: str, url: str) -> str:
    return f"URL = {url!r}\n{PROGRAMS[name]}"


def once(program: str, environment: dict[str, str]) -> tuple[float, float] | None:
    run = fresh(MEASURED.format(program=program), environment)
    if run.returncode:
        return None
    took, memory = map(float, run.stdout.split())
    return took, memory


def environment_of(name: str, trusted: Trusted) -> dict[str, str]:
    """Return an environment with all authorities where this one looks for them."""
    if name in THROUGH_BOTOCORE:
        return os.environ | {"AWS_CA_BUNDLE": str(trusted.file)}
    others = {variable: value for variable, value in os.environ.items() if variable != "AWS_CA_BUNDLE"}
    return others | {"SSL_CERT_FILE": str(trusted.file), "SSL_CERT_DIR": str(trusted.directory)}


def measured() -> dict[str, list[tuple[float, float] | None]]:
    """Run every program in turn, round by round."""
    found: dict[str, list[tuple[float, float] | None]] = {name: [] for name in PROGRAMS}
    with endpoint() as plain, secured(plain) as (url, trusted):
        create(client_of(plain), TABLE)
        for number in range(ROUNDS + 1):
            for name in PROGRAMS:
                result = once(program_of(name, url), environment_of(name, trusted))
                if number:  # the first round compiles
                    found[name].append(result)
    return found


def main() -> None:
    print(f"Python {platform.python_version()}, {platform.machine()}, medians of {ROUNDS} fresh interpreters each")
    taken: dict[str, tuple[float, ...]] = {}
    for name, results in measured().items():
        answered = [result for result in results if result is not None]
        if len(answered) < ROUNDS:
            print(f"{name:56} left out")
            continue
        taken[name], memory = zip(*answered, strict=True)
        print(f"{name:56}{median(taken[name]):8.0f} ms{median(memory):8.0f} MB")
    print("ratios, medians of those of each round")
    for name, target in TARGETS.items():
        if not taken.keys() >= {OURS, name}:
            continue
        found = ratio(taken[OURS], taken[name])
        print(f"{found:.2f} of {name}; at most {target:.2f}: {held(found, target)}")


if __name__ == "__main__":
    main()

# boto3 ships no types; the examples use this much of it.
from typing import Any

def client(service_name: str, **options: Any) -> Any: ...

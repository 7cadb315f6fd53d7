"""For tests and local work: tables as they are declared."""

from dynamo_document_builder.testing.tables import create_table, delete_table, table_definition

__all__ = ["create_table", "delete_table", "table_definition"]

"""What goes over the wire: requests, flows and their drivers, and the primitives of DynamoDB JSON."""

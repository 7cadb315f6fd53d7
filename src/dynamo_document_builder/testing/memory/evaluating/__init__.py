"""What expressions say of stored items, and make of them."""

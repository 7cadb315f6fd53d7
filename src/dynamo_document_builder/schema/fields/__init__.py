"""What is declared beside a field: its metadata, its role, and the rules for both."""

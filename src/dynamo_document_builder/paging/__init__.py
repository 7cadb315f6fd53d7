"""What Query and Scan share: key conditions, pages, cursors."""

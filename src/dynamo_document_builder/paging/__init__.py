"""The parts that Query and Scan share: key conditions, pages, cursors."""

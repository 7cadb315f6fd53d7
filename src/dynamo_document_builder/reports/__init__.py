"""What conditions are on items, as values to print and to look at."""

"""Words for explanations: sentences, titles, and descriptions of conditions, changes and values."""

"""How what is told looks: text, colours and notebooks."""

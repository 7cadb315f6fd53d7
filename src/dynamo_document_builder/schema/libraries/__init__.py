"""One adapter per class library: how its classes say what they hold, and how their objects are made."""

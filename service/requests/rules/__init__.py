"""What may happen to a request, when it is due, and what it is called: tables and pure functions."""

"""The overview: where the money stands, where it is stuck."""

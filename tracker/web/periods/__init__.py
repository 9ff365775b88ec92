"""Locked periods: the grid of locks, one lock with its figures, the request to open it."""

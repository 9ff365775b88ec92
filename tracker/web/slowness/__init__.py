"""Slow projects: which, by how much, why, since when, and what would lift it."""

"""Deeds that need two people: what waits, one request, the decision."""

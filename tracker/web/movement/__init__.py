"""The room of what changed between two days."""

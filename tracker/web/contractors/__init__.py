"""Contractors across the projects one may see, and advances that are overdue."""

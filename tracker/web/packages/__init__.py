"""Packages and contracts of a project, with what happens to them."""

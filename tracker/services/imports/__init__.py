"""Imports of files, a module per kind; `running` takes a file whole or not at all."""

"""Directives: the inbox, the list, one of them with its thread and effect, the form to issue."""

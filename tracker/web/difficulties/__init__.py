"""Difficulties: the inbox, the list, one of them with its thread, the tab of a project."""

"""Screens: a folder for each room, with its routes, forms and pages."""

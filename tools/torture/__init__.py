"""Torture of the running product: each module is run by its name and prints figures and seed.

Every one of them first shows that it catches a planted fault.
"""

"""Torture of the running product: `make torture` runs every trial and prints one table.

Each is also run by its name, prints its figure and seed, and first shows that it finds a planted
fault. What they share: `_trial` (how they are asked and what they tell), `_places` (databases of
their own), `_guards` (taking a database's guards away), `served` (the product behind gunicorn),
`planted` (the product with a fault in it), `addresses` (its URL map with records that are there).
"""

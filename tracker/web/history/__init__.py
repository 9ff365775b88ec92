"""The log of everything that was done, and the history of single records."""

"""The plan of a project: its ledger by line, and the forms that add to it."""

"""Where entries are ticked off against the statement of the treasury."""

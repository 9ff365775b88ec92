"""Who may come in, who they are, and what they may do."""

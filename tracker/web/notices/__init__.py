"""What a person was told: the inbox, one notice, and how they want to be told."""

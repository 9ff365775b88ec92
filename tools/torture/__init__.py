"""Long tests by hand: each prints its seed and its figure, and first finds a fault it planted."""

"""The room of the thresholds: what they are, who set them, what others would change."""

"""The demonstration province: simulated projects whose sums are the published figures."""

"""SVG out of numbers: pure functions, one drawing for the screen, for paper and for PDF."""

"""Letters: what notices say in both languages, how they are written, and the way to the relay."""

"""The brief: one sheet for a leader, and the list for the meeting made of it."""

"""The room of what was promised that a project will have disbursed."""

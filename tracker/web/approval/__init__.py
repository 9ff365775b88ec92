"""Where the second person decides: what waits, what is sent back, who needs one."""

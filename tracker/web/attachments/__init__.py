"""Documents and photographs of a project: the list, sending one in, taking one away."""

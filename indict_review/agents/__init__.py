"""For coding agents: a server that they ask, and answers to their hooks."""

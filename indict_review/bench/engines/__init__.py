"""Where the work is done: in threads of this process, or on a Ray cluster."""

"""Forms in which a change can be written."""

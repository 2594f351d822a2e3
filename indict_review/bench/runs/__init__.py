"""Runs: what is planned, answered, kept, scored and recorded; killed anywhere, they go on."""

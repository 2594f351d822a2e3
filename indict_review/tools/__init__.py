"""What looks at a change, and what looks things up."""

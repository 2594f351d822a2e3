"""Language models, hosted and local."""

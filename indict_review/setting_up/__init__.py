"""What `indict-review init` writes into a repository: settings, hooks, a workflow."""

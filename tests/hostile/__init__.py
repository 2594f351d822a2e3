"""Workspaces that try to get out: what every sandbox has to withstand."""

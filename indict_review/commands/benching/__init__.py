"""The commands of `indict-review bench`."""

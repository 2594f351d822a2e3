"""One command a file, each loaded when it is called."""

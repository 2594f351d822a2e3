"""Where a review goes besides the terminal and files: a pull request."""

"""What an agent said, and was asked, against what it did. One module for each kind of thing."""

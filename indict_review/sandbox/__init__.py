"""Where untrusted code runs: no network, no secrets, bounded, and gone afterwards."""

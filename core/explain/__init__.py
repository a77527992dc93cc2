"""Where the expansion score comes from."""

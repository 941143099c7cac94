"""What the owner is told about a time: sums over everything that happened, by its own day."""

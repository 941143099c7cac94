"""Records of people, versioned by field, apart from facts; cards and merged doubles."""

"""What the days bring: vesting, warnings, expiry, extensions."""

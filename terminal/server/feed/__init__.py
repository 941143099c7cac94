"""What each store is told, densely numbered in the order of commits."""

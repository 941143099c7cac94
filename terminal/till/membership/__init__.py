"""Members, without a screen: joining, further cards, what they agree to, and their story."""

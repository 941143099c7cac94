"""Facts appended, folded, minted; statements made of the fold."""

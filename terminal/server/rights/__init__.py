"""The bank of rights: what sits in the pool, at tills, or on its way."""

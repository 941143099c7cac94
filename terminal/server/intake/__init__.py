"""Takes in what tills send: verify, store, apply, answer. Judges, and never refuses a fact."""

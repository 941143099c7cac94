"""Tenth, a loyalty terminal for the shop counter: a till, a server, the rules that both obey."""

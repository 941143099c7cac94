"""Stories: a shop in memory that plays steps one by one, for people's own test cases.

``steps`` says what may happen, ``shop`` keeps what a shop knows, ``playing`` lets it happen by
the very rules of till and server (sales in ``selling``, refunds in ``returning``), and
``expecting`` compares it with what somebody expected.
"""

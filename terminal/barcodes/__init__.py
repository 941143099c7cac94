"""What a scanned or typed text may mean: goods, a card, a slip; and what makes a new card number.

A package of its own because the till, the server and the card printer must all read a code the
same way, and because a scanner sends whatever it likes: everything here is pure (standard library
only, no clock, no chance, no disk), so that every hostile burst can be tried in a test.

`parse` reads what a scanner sent, `entry` what a cashier typed; `reading` has the answers,
`rules` what a shop may set. The meaning is never decided here: the look-up in the catalogue and
among the members decides between the candidates.
"""

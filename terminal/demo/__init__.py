"""The demo shop: a believable small shop to try, and a guided sale for where no window opens.

One of the three rooms that drive the whole program. What is on its shelves stands in
`resources/demo`, for people to read and to change.
"""

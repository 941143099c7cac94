"""The line to the server: the courier, HTTP, pairing, keys, and the processes beside the till."""

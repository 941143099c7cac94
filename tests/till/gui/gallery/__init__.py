"""Every panel of the window in every state, on the real till of the demo shop."""

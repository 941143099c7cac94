"""One basket from the first scan to the recorded sale, without a screen.

``checkout.Checkout`` takes every action of the cashier as a plain call and returns a frozen
``view.CheckoutView``; whoever paints it decides nothing.
"""

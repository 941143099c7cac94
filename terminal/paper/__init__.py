"""What leaves the shop on paper or plastic: slips, card faces, sheets of codes; composed, no Qt.

A package of its own because the till and the server both compose paper, in the background and in
tests without a screen. It turns words and codes into images, PDF and text in measured places; who
sends them to which printer is not its business.
"""

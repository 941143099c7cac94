"""The short texts of the window: buttons, headings, hints, names for screen readers.

A value is the English text and at the same time the msgid under which translations find it.
Placeholders such as {amount} come filled in with text that ``Words`` has already written.
"""

from __future__ import annotations

from enum import StrEnum


class Label(StrEnum):
    """One text of the window."""

    # The frame
    WINDOW_TITLE = "Tenth"
    HELP = "Help"
    ENTER = "Enter"
    KEYBOARD = "Keyboard"
    CLOSE = "Close"
    NOTICE_LINE = "Message"
    DISMISS = "Dismiss"
    NOT_SAVED = "Trouble with the records"
    PROGRAM_FAULT = (
        "A step of the program failed. The basket is kept. Go on, or restart the program."
    )
    SCANNER_FAULT = "The scanner stopped. The basket is kept. Type codes, then restart the program."

    # The entry field
    SCAN_OR_TYPE = "Scan or type: code, phone, name …"
    ENTRY_FIELD = "Entry: code, phone or name"
    ASK_PRICE = "Price"
    ASK_PIECES = "Pieces"
    ASK_MEMBER = "Member"
    ASK_CASH = "Cash"
    HINT_PRICE = "Price of {name}"
    HINT_PIECES = "How many {name}"
    HINT_MEMBER = "Phone or name, or scan the card"
    HINT_CASH = "Amount received"
    NOT_A_PRICE = "That is no amount. Nothing changed. Type it like 4.99."
    NOT_A_NUMBER = "That is no number of pieces. Nothing changed. Type 1 or more."

    # What can be done now, where no message stands
    NOW_EMPTY = "Scan goods or a card · F2 goods without barcode · F3 member"
    NOW_SELLING = "Scan on · F2 goods without barcode · F3 member · F9 finish"
    NOW_REWARD = "Scan on · F6 reward · Alt+W why this price · F9 finish"
    NOW_BLOCKED = "Lines without a price wait: Enter types the price, Del leaves the line out"
    NOW_CHOOSING = "↑ ↓ and Enter, or tap · Esc puts the list away"
    NOW_JOINING = "Enter joins · F3 name and phone · Esc puts the card away"
    NOW_PAYING = "Type the cash, Enter · F10 exact cash · Shift+F10 card · Esc back"
    NOW_CARD = "Look at the card terminal · Enter: paid · Esc: not paid"
    NOW_DONE = "Scan on: the next sale begins · F11 prints the slip"

    # The basket
    BASKET = "Basket"
    EMPTY_TITLE = "Ready for the next customer"
    EMPTY_MEMBER = "Scan the goods"
    EMPTY_HINT = "Scan goods or a member card."
    NOT_IN_PRICE_LIST = "Not in the price list"
    UNKNOWN_KEYS = "Enter: price · Del: skip"
    NEXT_PIECES = "Next × {n}"
    LINES_ONE = "1 line"
    LINES_MANY = "{n} lines"
    LESS = "One piece less"
    MORE = "One piece more"
    PIECES = "Pieces"
    PRICE = "Price"
    VOID = "Void"

    # The function bar
    GOODS = "Goods"
    MEMBER = "Member"
    WHY = "Why?"
    UNDO = "Undo"
    REDO = "Redo"
    SLIP = "Slip"

    # The total
    TOTAL = "Total"
    PAID_TOTAL = "Sale total"
    SAVED_AMOUNT = "You save {amount}"
    FINISH = "Finish"
    BACK = "Back"
    NEXT_SALE = "Next sale"

    # The member's panel
    NO_MEMBER = "No member card yet"
    NO_MEMBER_HINT = "Scan a card, or F3 for phone and name."
    UNNAMED_MEMBER = "Member"
    CARD_TAIL = "card ·· {tail}"
    REMOVE_MEMBER = "Remove member"
    BIRTHDAY = "Birthday these days: say congratulations"
    WORTH = "worth {amount}"
    THIS_SALE = "This sale: {moves} → {units}"
    THIS_SALE_WORTH = "This sale: {moves} → {units}, worth {amount}"
    PENDING = "{units} still pending"
    OWED = "{units} owed from a return"
    EXPIRES = "{units} until {date}"
    HERE_NOW = "here now: {n}"
    ALL_HERE = "all here now"
    PLACE_HAS = "{place}: {n}"
    SERVER_HAS = "server: {n}"
    UNKNOWN_CARD = "Card ·· {tail}"
    UNKNOWN_CARD_HINT = "Not known here yet. Points count, rewards need the line."
    USE_OFFER = "Use {name}"
    OFFER_ON = "{name} is on"
    OFFER_COSTS = "{amount} for {units}"
    OFFER_TIMES = "{n} × · {amount}"
    OFFER_ELSEWHERE = "{units} elsewhere"
    OFFER_ASKS = "{name}: asking the server …"
    OFFER_WAITS = "Reward ready, once its goods are scanned: {name}"
    MORE_OFFERS = "Rewards: {n} more"
    STAMPS_OF = "{n} of {cost}"

    # While the server is asked
    ASKING_REWARD = "{name}: asking the server … Scan on, or Esc goes on without."
    ASKING_CARD = "New here: asking the server … Scan on, or Esc goes on without."
    ASKING = "Asking the server"

    # The line to the server
    LINE_HEADING = "Line to the server"
    LINE_WAITING = "Waiting to go up"
    LINE_CONTACT = "Last contact"
    LINE_CONTACT_AT = "{time} ({ago})"
    LINE_CONTACT_ON = "{date}, {time} ({ago})"
    LINE_NEVER = "none yet"
    LINE_PARKED = "Put aside by the server"
    LINE_CLOCK = "This till's clock"

    # Tiles
    TILES = "Goods without a barcode"
    EARLIER_TILES = "Earlier goods"
    FURTHER_TILES = "Further goods"
    PER_KILOGRAM = "{amount}/kg"

    # Choices
    CHOOSE_MEMBER = "Which member?"
    CHOOSE_PRODUCT = "Which product?"
    MORE_HITS = "{n} more: type more letters"
    PHONE_TAIL = "phone ·· {tail}"

    # Joining
    MEMBER_HEADING = "Find a member"
    MEMBER_HELP = "Scan the card. Or type some digits of the phone, or the name, and press Enter."
    JOIN_HELP = "New member? Scan a blank card, then press Enter."
    JOIN_HEADING = "New member"
    JOIN_CARD = "Card ·· {tail}"
    JOIN_OPTIONAL = "Name and phone may stay empty."
    FIELD_NAME = "First name"
    FIELD_PHONE = "Phone"
    JOIN = "Join"

    # A part of a reward
    PART_HEADING = "How much of the reward?"
    PART_KEYS = "↑ ↓ reward · + − how often"
    PART_OFF = "Not used"
    PART_WORTH = "{n} × · {amount} off for {units}"
    PART_NOTHING = "No reward is ready for this basket."
    PART_LESS = "Use it once less"
    EARLIER_REWARDS = "Earlier rewards"
    FURTHER_REWARDS = "Further rewards"
    PART_MORE = "Use it once more"

    # Payment
    TO_PAY = "To pay"
    TO_PAY_CASH = "To pay in cash"
    ROUNDED = "by card {amount}"
    RECEIVED_CASH = "Cash received"
    RECEIVED_CARD = "Card"
    REMAINING = "Still to pay"
    EXACT_CASH = "Exact cash"
    CARD = "Card"
    CARD_QUESTION = "Did the card terminal take it?"
    CARD_YES = "Yes, paid"
    CARD_NO = "No"
    RECORDING = "Recording …"
    NUMBER_PAD = "Amount received"

    # Done
    CHANGE = "Change"
    NO_CHANGE = "No change to give"
    PAID = "Paid"
    SALE_NUMBER = "Sale no. {n}"
    PRINT_SLIP = "Print slip"
    SLIP_PREVIEW = "Slip"
    NO_SLIP = "There is no sale to show yet."
    SLIP_PRINTED = "The slip is printed."
    SLIP_PRINTED_TO = "The slip is printed: {place}."

    # Why?
    WHY_HEADING = "Why this price"
    WHY_LINES = "Goods"
    WHY_BASKET = "Off the whole basket"
    WHY_EARNED = "This sale earns"
    WHY_SPENT = "This sale uses"
    WHY_NOT = "What did not apply"
    WHY_BALANCES = "Balances"
    WHY_EMPTY = "Scan something first; then every cent is explained here."
    WHY_NO_REWARD = "no reward"
    WHY_AFTER = "after this sale {units}"
    WHY_BEST = "No other combination of rewards is cheaper."

    # The cheat sheet
    HELP_HEADING = "Keys"
    KEY_SCAN = "Scan: always, on any screen"
    KEY_ENTER = "Look up what was typed"
    KEY_TIMES = "3* then scan: three pieces"
    KEY_PIECES = "One piece more or less"
    KEY_VOID = "Void the line"
    KEY_LINES = "Choose a line"
    KEY_HELP = "This sheet"
    KEY_GOODS = "Goods without a barcode"
    KEY_MEMBER = "Member by phone or name, join"
    KEY_REMOVE = "Remove the member"
    KEY_REWARD = "Reward on or off"
    KEY_PART = "Choose a reward, or a part"
    KEY_FINISH = "Finish and pay"
    KEY_EXACT = "Exact cash"
    KEY_CARD = "Card terminal"
    KEY_SLIP = "Last slip, print"
    KEY_WHY = "Why this price?"
    KEY_LINE = "The line to the server"
    KEY_UNDO = "Undo, redo"
    KEY_TOUCH = "Keyboard on the screen"
    KEY_BACK = "Back; never clears the basket"

    # Keys on the screen
    TOUCH_LETTERS = "ABC"
    TOUCH_DIGITS = "123"
    TOUCH_SPACE = "Space"
    TOUCH_ERASE = "Erase"

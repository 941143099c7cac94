"""The one style sheet: every colour from the palette, every size from the look."""

from __future__ import annotations

from terminal.till.gui.look import FUNCTIONS_GROW, MARGIN, PADDING, Look


def style_sheet(look: Look) -> str:
    """The whole style sheet."""
    return "\n".join((_frames(look), _buttons(look), _fields(look), _texts(look)))


def _frames(look: Look) -> str:
    p = look.palette
    radius = look.mm(2.4)
    return f"""
QWidget {{ color: {p.text}; }}
QWidget#window {{ background: {p.page}; }}
QFrame[card="true"] {{ background: {p.card}; border: 1px solid {p.line}; border-radius: {radius}px; }}
QFrame[card="accent"] {{ background: {p.card}; border: 2px solid {p.accent}; border-radius: {radius}px; }}
QFrame#notice {{ border-radius: {radius}px; background: transparent; }}
QFrame#notice[weight="quiet"] {{ background: {p.card}; border: 1px solid {p.line}; }}
QFrame#notice[weight="good"] {{ background: {p.good_tint}; border: 1px solid {p.good}; }}
QFrame#notice[weight="look"] {{ background: {p.warn}; border: 1px solid {p.warn}; }}
QFrame#notice[weight="refused"] {{ background: {p.error}; border: 1px solid {p.error}; }}
QListView, QScrollArea, QTextBrowser, QPlainTextEdit {{ background: transparent; border: none; }}
QListView:focus {{ border: none; outline: none; }}
QTextBrowser:focus, QPlainTextEdit:focus {{ border: 3px solid {p.focus}; border-radius: {radius}px; }}
QScrollBar:vertical {{ background: transparent; width: {look.mm(3.4)}px; margin: 2px; }}
QScrollBar::handle:vertical {{ background: {p.edge}; border-radius: 4px; min-height: {look.target}px; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; height: 0; }}
QToolTip {{ background: {p.card}; color: {p.text}; border: 1px solid {p.edge}; padding: 6px; }}
"""


def _buttons(look: Look) -> str:
    p = look.palette
    radius = look.mm(2.0)
    # The ring stands inside a margin of its own, so that focus moves nothing on the screen.
    return f"""
QPushButton {{ background: {p.card}; border: 1px solid {p.edge}; border-radius: {radius}px;
  margin: {MARGIN}px; padding: 2px 8px; font-size: {look.body}px; min-height: {look.target - 2 * MARGIN - 6}px; }}
QPushButton:pressed, QPushButton:checked {{ background: {p.tint}; border-color: {p.accent}; }}
QPushButton:focus {{ border: 3px solid {p.focus}; margin: 0px; }}
QPushButton:disabled {{ color: {p.quiet}; border: 1px solid {p.line}; background: {p.sunken}; }}
QPushButton[role="primary"] {{ background: {p.accent}; color: {p.on_accent}; border: 1px solid {p.accent};
  font-weight: bold; min-height: {look.primary - 2 * MARGIN - 6}px; }}
QPushButton[role="primary"]:pressed {{ background: {p.accent_pressed}; }}
QPushButton[role="primary"]:focus {{ border: 3px solid {p.focus}; }}
QPushButton[role="primary"]:disabled {{ background: {p.sunken}; color: {p.quiet}; border: 1px solid {p.line}; }}
QPushButton[role="go"] {{ background: {p.accent}; color: {p.on_accent}; border-color: {p.accent}; }}
QPushButton[role="go"]:pressed {{ background: {p.accent_pressed}; }}
QPushButton[role="offer"] {{ background: {p.card}; border: 2px solid {p.accent}; min-height: {look.primary - 2 * MARGIN - 6}px; }}
QPushButton[role="offer"]:pressed {{ background: {p.tint}; }}
QPushButton[role="offer"][lit="true"] {{ background: {p.tint}; border: 2px solid {p.accent}; }}
QPushButton[role="offer"]:focus {{ border: 3px solid {p.focus}; }}
QPushButton[role="bare"] {{ background: transparent; border: 1px solid transparent; }}
QPushButton[role="bare"]:pressed {{ background: {p.tint}; }}
QPushButton[role="bare"]:focus {{ border: 3px solid {p.focus}; }}
QPushButton[role="tab"] {{ background: transparent; border: 1px solid transparent; color: {p.quiet}; }}
QPushButton[role="tab"]:checked {{ background: {p.accent}; color: {p.on_accent}; border-color: {p.accent}; }}
QPushButton[role="tab"]:focus {{ border: 3px solid {p.focus}; }}
QPushButton[role="choice"] {{ padding: 2px {look.mm(2)}px; }}
QPushButton[role="choice"]:checked {{ background: {p.tint}; border: 2px solid {p.accent}; }}
QPushButton[role="choice"][lit="true"] {{ background: {p.warn}; color: {p.on_warn}; }}
QPushButton[role="choice"]:focus {{ border: 3px solid {p.focus}; }}
QPushButton[role="tile"] {{ min-height: {look.mm(13) - 10}px; padding: 0px; }}
QPushButton[role="tile"]:focus {{ border: 3px solid {p.focus}; }}
QPushButton[role="quick"] {{ font-size: {look.price}px; font-weight: bold; min-height: {look.mm(13.5) - 10}px; padding: 2px; }}
QPushButton[role="digit"] {{ font-size: {look.heading}px; padding: 0px; min-height: {look.target - 2 * MARGIN - 2}px; }}
QPushButton[role="digit"]:pressed {{ background: {p.tint}; }}
QPushButton[role="quick"]:focus {{ border: 3px solid {p.focus}; }}
QPushButton[role="glyph"] {{ font-size: {look.heading}px; padding: 0px; }}
QPushButton[role="row"] {{ text-align: left; padding: 0px; min-height: {look.row - 2 * MARGIN - 2}px; }}
QPushButton[role="row"][lit="true"] {{ background: {p.tint}; border: 2px solid {p.accent}; }}
QPushButton[role="row"]:focus {{ border: 3px solid {p.focus}; }}
QPushButton[upright="true"] {{ min-height: {look.upright - 2 * MARGIN - 6}px; }}
"""


def _fields(look: Look) -> str:
    p = look.palette
    radius = look.mm(2.0)
    return f"""
QLineEdit {{ background: {p.card}; border: 1px solid {p.edge}; border-radius: {radius}px; margin: 2px;
  padding: 2px {PADDING}px; font-size: {look.price}px; min-height: {look.target - 8}px;
  placeholder-text-color: {p.quiet}; selection-background-color: {p.accent}; selection-color: {p.on_accent}; }}
QLineEdit:focus {{ border: 3px solid {p.focus}; margin: 0px; }}
QFrame#entry {{ background: {p.card}; border: 3px solid {p.edge}; border-radius: {radius}px; }}
QFrame#entry[asking="true"] {{ border: 3px solid {p.accent}; }}
QFrame#entry QLineEdit, QFrame#entry QLineEdit:focus {{ border: none; background: transparent; margin: 0px;
  font-size: {look.heading}px; }}
QFrame#entry[lit="true"] {{ border: 3px solid {p.focus}; }}
QLabel#asking {{ background: {p.accent}; color: {p.on_accent}; border-radius: {look.mm(1.4)}px; font-weight: bold;
  padding: 4px 10px; font-size: {look.body}px; }}
"""


def _texts(look: Look) -> str:
    p = look.palette
    return f"""
QLabel {{ background: transparent; font-size: {look.body}px; }}
QLabel[tone="quiet"] {{ color: {p.quiet}; }}
QLabel[tone="small"] {{ color: {p.quiet}; font-size: {look.small}px; }}
QLabel[tone="clock"] {{ color: {p.text}; font-weight: bold; }}
QLabel[tone="key"] {{ color: {p.quiet}; font-size: {look.small}px; }}
QLabel[tone="function"] {{ font-size: {look.letters(4.5, FUNCTIONS_GROW)}px; }}
QLabel[tone="function-key"] {{ color: {p.quiet}; font-size: {look.letters(4.0, FUNCTIONS_GROW)}px; }}
QLabel[tone="tick"] {{ color: {p.text}; font-size: {look.sum}px; }}
QLabel[tone="bold"] {{ font-weight: bold; }}
QLabel[tone="good"] {{ color: {p.good}; font-weight: bold; }}
QLabel[tone="good-small"] {{ color: {p.good}; font-weight: bold; font-size: {look.small}px; }}
QLabel[tone="good-heading"] {{ color: {p.good}; font-weight: bold; font-size: {look.heading}px; }}
QLabel[tone="sheet"] {{ font-size: {look.price}px; }}
QLabel[tone="sheet-key"] {{ color: {p.accent}; font-weight: bold; font-size: {look.price}px; }}
QFrame#rule {{ background: {p.line}; border: none; }}
QLabel[tone="accent"] {{ color: {p.accent}; font-weight: bold; }}
QLabel[tone="warn"] {{ font-size: {look.small}px; color: {p.on_warn}; background: {p.warn}; border-radius: {look.mm(1.4)}px; padding: 4px 8px; font-weight: bold; }}
QLabel[tone="heading"] {{ font-size: {look.heading}px; font-weight: bold; }}
QLabel[tone="price"] {{ font-size: {look.price}px; }}
QLabel[tone="strong-price"] {{ font-size: {look.price}px; font-weight: bold; }}
QLabel[tone="sum"] {{ font-size: {look.sum}px; font-weight: bold; }}
QLabel[tone="total"] {{ font-size: {look.total}px; font-weight: bold; }}
QLabel[tone="change"] {{ font-size: {look.change}px; font-weight: bold; }}
QLabel[ink="on-accent"] {{ color: {p.on_accent}; }}
QLabel[ink="look"], QPushButton[ink="look"] {{ color: {p.on_warn}; }}
QLabel[ink="refused"], QPushButton[ink="refused"] {{ color: {p.on_error}; }}
QLabel[ink="good"] {{ color: {p.good}; }}
QLabel[ink="off"] {{ color: {p.quiet}; }}
QTextBrowser {{ font-size: {look.body}px; }}
"""

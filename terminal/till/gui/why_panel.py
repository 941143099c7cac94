"""Why this price: for every line, every unit and every reward that stayed away, the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QTextBrowser

from terminal.loyalty.engine.evaluation import Reason, Why, of_share
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.till.checkout.view import CheckoutView, LineState
from terminal.till.gui.balance_block import remarks
from terminal.till.gui.controls import sheet
from terminal.till.gui.fitted_labels import Heading
from terminal.till.gui.style import Look
from terminal.wording.fitting import behind_colon
from terminal.wording.labels import Label
from terminal.wording.reasons import unit_of
from terminal.wording.speech import Unit
from terminal.wording.words import Words


class WhyPanel(QFrame):
    """Lies over the basket, never over the total; Esc puts it away."""

    def __init__(self, look: Look, words: Words, on_close: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._look, self._words = look, words
        self._shown: object = None
        self.page = QTextBrowser()
        self.page.setOpenLinks(False)
        self.page.document().setDocumentMargin(look.mm(1))
        self.page.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.page.setAccessibleName(words.label(Label.WHY_HEADING))
        heading = Heading(look, words.label(Label.WHY_HEADING))
        layout = sheet(self, look, words, heading, on_close)
        layout.addWidget(self.page, 1)

    def show_view(self, view: CheckoutView) -> None:
        """Explain a view."""
        shown = (view.lines, view.evaluation, view.member)
        if shown == self._shown:
            return
        self._shown = shown
        self.page.setHtml(_Explanation(view, self._words, self._look).html())


class _Explanation:
    """The page about one view."""

    def __init__(self, view: CheckoutView, words: Words, look: Look) -> None:
        self._view, self._words, self._look = view, words, look

    def html(self) -> str:
        """All sections that have something to say."""
        words = self._words
        if not self._view.lines:
            margin = self._look.mm(2)
            return f'<p style="margin: {margin}px">{escape(words.label(Label.WHY_EMPTY))}</p>'
        sections = [
            (Label.WHY_LINES, self._lines()),
            (Label.WHY_BASKET, self._off_basket()),
            (Label.WHY_BESIDES, self._besides()),
            (Label.WHY_EARNED, self._earned()),
            (Label.WHY_SPENT, self._spent()),
            (Label.WHY_BALANCES, self._balances()),
            (Label.WHY_WITHIN_REACH, self._within_reach()),
            (Label.WHY_NOT, self._not_applied()),
        ]
        parts = [self._section(heading, list(rows)) for heading, rows in sections]
        if self._view.evaluation.proven and self._view.evaluation.applied:
            parts.append(self._quiet(words.label(Label.WHY_BEST)))
        return "".join(parts)

    def _section(self, heading: Label, rows: list[tuple[str, str]]) -> str:
        if not rows:
            return ""
        palette = self._look.palette
        cells = "".join(
            f'<tr><td style="padding:5px 10px 5px 6px">{left}</td>'
            f'<td align="right" style="padding:5px 6px 5px 0; white-space:nowrap">{right}</td></tr>'
            for left, right in rows
        )
        title = escape(self._words.label(heading))
        return (
            f'<table width="100%" cellspacing="0" style="margin-bottom:8px">'
            f'<tr><td colspan="2" bgcolor="{palette.tint}" style="padding:4px 6px">'
            f'<span style="color:{palette.accent}; font-weight:bold">{title}</span></td></tr>'
            f"{cells}</table>"
        )

    def _lines(self) -> Iterable[tuple[str, str]]:
        money = self._words.amount
        whole = {off.name for off in self._view.off_basket}
        for line in self._view.lines:
            if line.state is not LineState.READY:
                unknown = self._words.label(Label.NOT_IN_PRICE_LIST)
                yield f"{escape(line.code)}<br>{self._quiet(unknown)}", ""
                continue
            told = [  # what comes off the whole basket is told below
                f"{escape(self._name(applied.name))}: "
                f"{escape(behind_colon(self._reason(of_share(applied.reason, share), applied.name)))}"
                f" (−{escape(money(share.amount))})"
                for applied in self._view.evaluation.applied
                for share in applied.shares
                if share.line == line.key and applied.name not in whole
            ]
            why = "<br>".join(self._good(sentence) for sentence in told)
            why = why or self._quiet(self._words.label(Label.WHY_NO_REWARD))
            price = f"<b>{escape(money(line.net))}</b>"
            if line.discount:
                price += f"<br><s>{escape(money(line.gross))}</s>"
            yield f"{escape(line.name)}<br>{why}", price

    def _off_basket(self) -> Iterable[tuple[str, str]]:
        whole = {off.name for off in self._view.off_basket}
        for applied in self._view.evaluation.applied:
            if applied.name in whole and applied.discount:
                reason = self._quiet(self._reason(applied.reason, applied.name))
                amount = escape(self._words.amount(-applied.discount))
                yield f"{escape(self._name(applied.name))}<br>{reason}", f"<b>{amount}</b>"

    def _besides(self) -> Iterable[tuple[str, str]]:
        """Privileges and donations: rewards that neither take anything off nor bring units."""
        for applied in self._view.evaluation.applied:
            if applied.reason.why in (Why.PRIVILEGE, Why.DONATED):
                promised = self._view.privileges.get(applied.name)
                told = self._reason(applied.reason, applied.name)
                told = self._words.name(promised) if promised else told
                yield f"{escape(self._name(applied.name))}<br>{self._quiet(told)}", ""

    def _within_reach(self) -> Iterable[tuple[str, str]]:
        for ahead in self._view.evaluation.within_reach:
            told = self._quiet(self._words.within_reach(ahead, self._view.names))
            yield f"{escape(self._name(ahead.name))}<br>{told}", ""

    def _earned(self) -> Iterable[tuple[str, str]]:
        for earned in self._view.evaluation.earned:
            rule = RewardName(earned.programme, earned.rule)
            units = self._words.units(earned.n, unit_of(earned.reason, self._unit(rule)))
            name = self._name(rule)
            reason = self._quiet(self._reason(earned.reason, rule))
            yield f"{escape(name)}<br>{reason}", f"<b>+{escape(units)}</b>"

    def _spent(self) -> Iterable[tuple[str, str]]:
        for applied in self._view.evaluation.applied:
            if applied.units:
                units = self._words.units(applied.units, self._unit(applied.name))
                reason = self._quiet(self._reason(applied.reason, applied.name))
                yield (
                    f"{escape(self._name(applied.name))}<br>{reason}",
                    f"<b>−{escape(units)}</b>",
                )

    def _balances(self) -> Iterable[tuple[str, str]]:
        """Also what the member's panel had no room for: debts, pending units, what ends when."""
        words = self._words
        for balance in self._view.member.balances if self._view.member else ():
            told = remarks(balance, words)
            if balance.earns or balance.spends:
                after = words.units(balance.after, balance)
                told.insert(0, words.label(Label.WHY_AFTER, units=after))
            if told or balance.balance:
                name = words.name(balance.name)
                below = "".join(f"<br>{self._quiet(remark)}" for remark in told)
                count = escape(words.units(balance.balance, balance))
                yield f"{escape(name[:1].upper() + name[1:])}{below}", f"<b>{count}</b>"

    def _not_applied(self) -> Iterable[tuple[str, str]]:
        for stayed in self._view.evaluation.not_applied:
            name_of = RewardName(stayed.programme, stayed.rule)
            name = self._name(name_of)
            reason = self._reason(stayed.reason, name_of)
            yield f"{escape(name)}<br>{self._quiet(reason)}", ""

    def _name(self, name: RewardName) -> str:
        return self._words.name(self._view.names.get(name, {}))

    def _reason(self, reason: Reason, name: RewardName) -> str:
        return self._words.reason(reason, self._view.names, self._unit(name))

    def _unit(self, name: RewardName) -> Unit:
        return self._view.unit_kinds.get(name, UnitKind.POINTS)

    def _quiet(self, words: str) -> str:
        small = f"font-size:{self._look.small}px"
        return f'<span style="color:{self._look.palette.quiet};{small}">{escape(words)}</span>'

    def _good(self, marked_up: str) -> str:
        small = f"font-size:{self._look.small}px"
        return f'<span style="color:{self._look.palette.good};{small}">{marked_up}</span>'

"""Vouchers and gift cards at the counter: what a shown code opens, and what is told of it.

A code is genuine or not, which its signature tells without anybody's help, as long as this till
knows the keys of the store that printed it (see ``genuine``). What it holds this till may know already; else the server is asked while somebody waits, and selling goes on without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from terminal.barcodes.voucher_code import number_of, wallet_of
from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.programme import UnitTerms
from terminal.loyalty.standing import Claim, Holding, RewardName
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wallet import Account, WalletId
from terminal.till.checkout.asking import Asking
from terminal.till.checkout.desk import Desk
from terminal.till.checkout.genuine import Verdict, lets_in, verdict_on
from terminal.till.checkout.notice import NoticeKind, Sound, Weight, Whereabouts
from terminal.till.checkout.paying import Paying
from terminal.till.checkout.view import Stage
from terminal.till.line_port import Question


def question_about(wallet: WalletId, held: Sequence[Holding], *, known: bool) -> Question | None:
    """What the server could help with: all about a wallet, or the right to use what it holds.

    ``known`` says that the server told of it before.
    """
    if not any(one.sums.balance or one.spendable for one in held) and not known:
        return Question(wallet=wallet)
    lacking = tuple(
        (one.account, one.sums.balance - max(0, one.spendable))
        for one in held
        if one.sums.balance > max(0, one.spendable)
    )
    return Question(wants=lacking) if lacking else None


class BearerSteps:
    """What a scanned or typed code of a voucher or a gift card does, and its keys."""

    def __init__(self, desk: Desk, asking: Asking, paying: Paying) -> None:
        self._desk, self._asking, self._paying = desk, asking, paying

    # --- what the cashier does ---------------------------------------------------------------

    def take(self, wallet: str, code: str = "") -> None:
        """A voucher or a gift card was shown: its wallet, empty where no key of this shop signed
        its code, and the digits of the code as far as they were read.
        """
        keys = self._desk.plugs.code_keys
        if not code:
            verdict = Verdict.GENUINE if wallet else Verdict.MADE_UP
        else:
            verdict = verdict_on(code, keys, own=bool(wallet))
        meant = WalletId(wallet or wallet_of(code) or "")
        if lets_in(verdict, lambda: self._is_known(meant)):
            if self._admit(meant):
                self._go_on(meant)
        elif not code or not self._ask_whose(meant, code):
            self._refuse(verdict, answered=True)

    def remove(self, wallet: str) -> None:
        """It is on this sale no more, nor what it pays for."""
        desk, draft = self._desk, self._desk.work.draft
        if desk.stage is not Stage.SELLING or wallet not in draft.bearers:
            return
        self._asking.forget()
        left = tuple(one for one in draft.bearers if one != wallet)
        gone = set(self._rewards_of(WalletId(wallet)))
        for other in left:
            gone -= set(self._rewards_of(other))
        claims = tuple(one for one in draft.choices.claims if one.name not in gone)
        choices = replace(draft.choices, claims=claims)
        desk.work.change(replace(draft, bearers=left, choices=choices))
        desk.telling.quiet()
        desk.telling.tell(NoticeKind.BEARER_OFF)

    def key(self) -> None:
        """The key of codes: takes the last one off again; while money is taken, pays with one."""
        desk = self._desk
        if desk.stage is Stage.PAYING:
            self._paying.pay_from(None)
        elif desk.stage is Stage.SELLING and desk.work.draft.bearers:
            self.remove(desk.work.draft.bearers[-1])
        else:
            desk.telling.tell(NoticeKind.BEARER_WANTED)

    def pay(self, account: Account | None, amount: int | None = None) -> None:
        """So much out of a gift card or of store credit; None is the first, and all that helps."""
        self._paying.pay_from(account, amount)

    # --- whose it is -------------------------------------------------------------------------

    def _ask_whose(self, wallet: WalletId, code: str) -> bool:
        """Ask the server about a code that no key known here vouches for; False without one."""
        desk = self._desk
        if desk.stage is Stage.DONE:
            desk.open_for_goods()
        question = Question(wallet=wallet, code_key=number_of(code))
        return self._asking.ask_for_wallet(
            wallet, question, lambda answered: self._whose_came(wallet, code, answered=answered)
        )

    def _whose_came(self, wallet: WalletId, code: str, *, answered: bool) -> Question | None:
        """The server answered, with the keys of whoever has one of this number, or nobody did."""
        desk = self._desk
        verdict = verdict_on(code, desk.plugs.code_keys, own=False)
        desk.telling.quiet()
        if not lets_in(verdict, lambda: self._is_known(wallet)):
            self._refuse(verdict, answered=answered)
            return None
        if wallet in desk.work.draft.bearers:  # it came on with the answer before this one
            return self._came(wallet, answered=answered)
        return self._came(wallet, answered=answered, before=()) if self._admit(wallet) else None

    def _refuse(self, verdict: Verdict, *, answered: bool) -> None:
        """Nothing changed, and why."""
        told = {
            Verdict.UNKNOWN_KEY: NoticeKind.BEARER_STORE_UNKNOWN,
            Verdict.WITHDRAWN: NoticeKind.BEARER_WITHDRAWN,
        }
        foreign = verdict is Verdict.UNKNOWN_KEY and answered
        kind = NoticeKind.BEARER_FOREIGN if foreign else None
        self._desk.telling.refuse(kind or told.get(verdict, NoticeKind.BEARER_FOREIGN))

    def _is_known(self, wallet: WalletId) -> bool:
        """Whether anything ever stood behind a code, as far as this till was told."""
        found = self._desk.plugs.bearers.standing((wallet,))
        return any(one.sums.earned_in_all for one in found.holdings)

    # --- on the sale -------------------------------------------------------------------------

    def _admit(self, wallet: WalletId) -> bool:
        """Put a genuine code on the sale; False where there is nothing more to tell."""
        desk = self._desk
        if desk.stage is Stage.DONE:
            desk.open_for_goods()
        if desk.stage is Stage.PAYING and not self._is_for_paying(wallet):
            if desk.money_taken:
                desk.telling.refuse(NoticeKind.MONEY_TAKEN)
                return False
            desk.open_for_goods()
        if wallet not in desk.work.draft.bearers:
            self._put_on(wallet)
        elif desk.stage is Stage.SELLING:
            desk.telling.tell(NoticeKind.BEARER_AGAIN)
            return False
        return True

    def _is_for_paying(self, wallet: WalletId) -> bool:
        """Whether it can be a gift card, as far as anybody here knows."""
        found = self._desk.plugs.bearers.standing((wallet,)).holdings
        kinds = [self._kind(one.account.unit) for one in found]
        return UnitKind.MONEY in kinds or not kinds

    def _put_on(self, wallet: WalletId) -> None:
        desk, draft = self._desk, self._desk.work.draft
        with_it = replace(draft, bearers=(*draft.bearers, wallet))
        if desk.stage is Stage.PAYING:
            desk.work.show_payer(with_it)
            return
        desk.open_for_goods(keep=True)
        desk.work.change(with_it)
        self._claim(wallet)

    def _claim(self, wallet: WalletId) -> None:
        """Whoever shows a voucher wants what it is good for; where that is a choice, they choose."""
        work = self._desk.work
        named = self._rewards_of(wallet)
        if len(named) != 1:
            return
        reward, choices = work.reward(named[0]), work.draft.choices
        if reward is None or reward.mode == "automatic" or choices.claim(named[0]):
            return
        claims = (*choices.claims, Claim(name=named[0]))
        work.complete(replace(work.draft, choices=replace(choices, claims=claims)))

    def _go_on(self, wallet: WalletId) -> None:
        """Tell what it is, or ask for what is not here."""
        question = self._question(wallet)
        if question is None or not self._asking.ask_for_wallet(
            wallet, question, lambda answered: self._came(wallet, answered=answered)
        ):
            self._tell(wallet, offline=True)

    def _question(self, wallet: WalletId) -> Question | None:
        known = wallet in {one for one, _ in self._desk.work.standing.statements}
        return question_about(wallet, self._held(wallet), known=known)

    def _came(
        self, wallet: WalletId, *, answered: bool, before: tuple[Holding, ...] | None = None
    ) -> Question | None:
        """The server answered, or nobody waits any more; ``before``: what was known until then."""
        desk = self._desk
        before = self._held(wallet) if before is None else before
        if desk.stage is Stage.PAYING:
            desk.work.show_payer(desk.work.draft)
            if not self._is_for_paying(wallet):
                return self._turn_back(wallet)
        elif desk.stage is Stage.SELLING:
            desk.work.look_again()
            self._claim(wallet)
        else:
            return None
        question = self._question(wallet)
        news = self._held(wallet) != before
        if answered and news and question is not None and question.wants:
            return question  # it is at another till, which is asked for it
        desk.telling.quiet()
        self._tell(wallet, offline=not answered)
        return None

    def _turn_back(self, wallet: WalletId) -> Question | None:
        """It turned out to be a voucher, which changes the price: the goods come first again."""
        desk = self._desk
        if desk.money_taken:
            desk.telling.refuse(NoticeKind.MONEY_TAKEN)
            return None
        desk.open_for_goods()
        desk.work.refresh()
        self._claim(wallet)
        question = self._question(wallet)
        if question is None:
            self._tell(wallet, offline=False)
        return question

    # --- what is told ------------------------------------------------------------------------

    def _tell(self, wallet: WalletId, *, offline: bool) -> None:
        telling, held = self._desk.telling, self._held(wallet)
        with_units = [one for one in held if one.sums.balance > 0]
        if not with_units:
            self._tell_of_nothing(wallet, held, offline=offline)
            return
        one = with_units[0]
        kind = self._kind(one.account.unit) or UnitKind.POINTS
        if one.spendable <= 0:
            telling.tell(
                NoticeKind.RIGHTS_ELSEWHERE,
                Weight.LOOK,
                rest=self._whereabouts(wallet, one, kind, offline=offline),
                sound=Sound.LOOK,
            )
        elif kind is UnitKind.MONEY:
            self._tell_money(one)
        else:
            self._tell_voucher(wallet)

    def _tell_of_nothing(
        self, wallet: WalletId, held: tuple[Holding, ...], *, offline: bool
    ) -> None:
        telling = self._desk.telling
        used = [one for one in held if one.sums.earned_in_all]
        if used and self._kind(used[0].account.unit) is UnitKind.MONEY:
            telling.tell(NoticeKind.GIFT_CARD_EMPTY, Weight.LOOK, sound=Sound.LOOK)
        elif used:
            self._drop(wallet)
            telling.refuse(NoticeKind.VOUCHER_USED)
        elif self._desk.plugs.bearers.standing((wallet,)).holdings:
            self._drop(wallet)
            telling.refuse(NoticeKind.BEARER_TAKEN_BACK)  # it had something once
        else:
            kind = NoticeKind.BEARER_UNKNOWN if offline else NoticeKind.BEARER_BLANK
            telling.tell(kind, Weight.LOOK, sound=Sound.LOOK)

    def _drop(self, wallet: WalletId) -> None:
        """Nobody can use it: it does not stand on the sale."""
        work = self._desk.work
        if self._desk.stage is Stage.SELLING:
            left = tuple(one for one in work.draft.bearers if one != wallet)
            work.complete(replace(work.draft, bearers=left))

    def _tell_money(self, holding: Holding) -> None:
        desk = self._desk
        if desk.stage is Stage.PAYING:
            self._paying.pay_from(holding.account)
            return
        amount = min(holding.spendable, holding.sums.balance)
        desk.telling.tell(
            NoticeKind.GIFT_CARD_SHOWN, Weight.GOOD, amount=amount, sound=Sound.MEMBER
        )

    def _tell_voucher(self, wallet: WalletId) -> None:
        work, telling = self._desk.work, self._desk.telling
        named = self._rewards_of(wallet)
        on = next((one for one in work.evaluation.applied if one.name in named), None)
        if on is not None:
            telling.tell(
                NoticeKind.REWARD_ON,
                Weight.GOOD,
                name=on.name,
                amount=on.discount,
                count=on.units,
                sound=Sound.REWARD_READY,
            )
            return
        name = next(iter(named), None)
        reason = work.why_not(name) if name else None
        offer = work.offer(name) if name else None
        ready = offer is not None and offer.reason.why is Why.READY
        telling.tell(
            NoticeKind.VOUCHER_SHOWN,
            Weight.GOOD if ready else Weight.LOOK,
            name=name,
            reason=reason,
            sound=Sound.REWARD_READY if ready else Sound.LOOK,
        )

    def _whereabouts(
        self, wallet: WalletId, holding: Holding, kind: UnitKind, *, offline: bool
    ) -> Whereabouts:
        alone = self._desk.plugs.bearers.standing((wallet,))
        return Whereabouts(
            member="",
            kind=kind,
            here=max(0, holding.spendable),
            balance=holding.sums.balance,
            places=alone.places_of(holding.account.unit),
            offline=offline,
        )

    # --- what stands where -------------------------------------------------------------------

    def _held(self, wallet: WalletId) -> tuple[Holding, ...]:
        """What is in the wallet, money first."""
        held = [one for one in self._desk.work.standing.holdings if one.account.wallet == wallet]
        held.sort(key=lambda one: self._kind(one.account.unit) is not UnitKind.MONEY)
        return tuple(held)

    def _rewards_of(self, wallet: WalletId) -> tuple[RewardName, ...]:
        """What the units in the wallet may be used for."""
        units = {one.account.unit for one in self._held(wallet) if one.sums.balance > 0}
        return tuple(
            RewardName(programme.programme, reward.id)
            for programme in self._desk.work.programmes
            if programme.unit is not None and programme.unit.id in units
            for reward in programme.rewards
            if reward.cost
        )

    def _kind(self, unit: str) -> UnitKind | None:
        terms: UnitTerms | None = next(
            (
                one.unit
                for one in self._desk.work.programmes
                if one.unit is not None and one.unit.id == unit
            ),
            None,
        )
        return terms.kind if terms else None

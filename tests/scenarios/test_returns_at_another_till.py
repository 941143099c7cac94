"""A customer brings goods to another till than the one that sold them, and somebody scans the slip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from terminal.barcodes.slip_code import slip_code
from terminal.loyalty.tender import TenderKind
from terminal.server.database.connection import ServerDatabase
from terminal.server.ledger import rebuilding
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.refund_view import RefundState, RefundView
from terminal.till.checkout.refunds import Refunds
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.database import rebuild
from tests.scenarios.test_gift_cards_between_tills import Place
from tests.scenarios.two_tills import Store
from tests.till.checkout.counter import BOX, CODES, told


@pytest.fixture
def chain(server_database: ServerDatabase, tmp_path: Path) -> Iterator[Store]:
    made = Store(server_database, tmp_path)
    yield made
    made.sync()
    made.sync()
    assert rebuilding.check(server_database).differences == ()
    for till in made.tills:
        assert rebuild.check(till.database).differences == ()
    made.close()


def sell_boxes(place: Place, boxes: int) -> str:
    """So many boxes at 20.00 for cash; the id on the slip."""
    for _ in range(boxes):
        place.checkout.scan(CODES[BOX.name])
    due = place.checkout.finish().payment
    assert due is not None
    done = place.checkout.tender(TenderKind.CASH, due.cash_due).done
    assert done is not None
    place.checkout.begin_next()
    return done.sale


def scan_slip(place: Place, sale: str) -> CheckoutView:
    place.checkout.scan(slip_code(UUID(sale)))
    return place.hear()


def return_shown(view: CheckoutView) -> RefundView:
    assert view.refund is not None
    return view.refund


def give_back_all(place: Place) -> CheckoutView:
    place.checkout.enter("")
    return place.checkout.enter("")


def test_the_slip_of_another_till_is_asked_for_and_the_money_goes_back(chain: Store) -> None:
    first, second = Place(chain), Place(chain)
    sale = sell_boxes(first, 2)
    chain.sync(first.till)

    asking = second.checkout.scan(slip_code(UUID(sale)))
    assert asking.asking is not None
    assert asking.asking.sale == sale
    view = second.hear()
    assert view.asking is None
    assert told(view) is NoticeKind.RETURN_ELSEWHERE
    assert (return_shown(view).state, return_shown(view).paid) == (RefundState.CHOOSING, 4000)

    done = give_back_all(second)
    assert done.stage is Stage.DONE
    assert done.done is not None
    assert done.done.due == 4000
    second.checkout.begin_next()
    again = scan_slip(second, sale)
    assert told(again) is NoticeKind.RETURNED_ALREADY


def test_with_f8_first_it_is_the_same(chain: Store) -> None:
    first, second = Place(chain), Place(chain)
    sale = sell_boxes(first, 1)
    chain.sync(first.till)
    second.checkout.with_refunds(Refunds.begin)
    assert return_shown(scan_slip(second, sale)).paid == 2000


def test_without_an_answer_nothing_changes_and_the_till_sells_on(chain: Store) -> None:
    first, second = Place(chain), Place(chain)
    sale = sell_boxes(first, 1)
    chain.sync(first.till)
    second.up = False
    view = scan_slip(second, sale)
    assert told(view) is NoticeKind.SLIP_UNKNOWN
    assert view.stage is Stage.SELLING
    sell_boxes(second, 1)


def test_whoever_does_not_wait_presses_esc(chain: Store) -> None:
    first, second = Place(chain), Place(chain)
    sale = sell_boxes(first, 1)
    chain.sync(first.till)
    second.checkout.scan(slip_code(UUID(sale)))
    view = second.checkout.dismiss()
    assert view.asking is None
    assert told(view) is NoticeKind.SLIP_UNKNOWN
    # The answer comes late; the next scan of the slip finds it even if the line is down by then.
    second.hear()
    second.up = False
    assert return_shown(scan_slip(second, sale)).paid == 2000


def test_a_piece_that_came_back_elsewhere_is_not_paid_again(chain: Store) -> None:
    first, second = Place(chain), Place(chain)
    sale = sell_boxes(first, 2)
    chain.sync(first.till)
    scan_slip(second, sale)
    second.checkout.with_refunds(lambda refunds: refunds.set_pieces(1, 1))
    assert second.checkout.enter("").stage is Stage.DONE
    second.leave()
    chain.sync()

    at_first = scan_slip(first, sale)
    assert told(at_first) is NoticeKind.RETURNED_ELSEWHERE
    done = give_back_all(first)
    assert done.done is not None
    assert done.done.due == 2000
    first.leave()

    late = Place(chain)
    chain.sync()
    assert told(scan_slip(late, sale)) is NoticeKind.RETURNED_ALREADY


def test_a_slip_that_the_server_does_not_have_yet_is_told(chain: Store) -> None:
    first, second = Place(chain), Place(chain)
    sale = sell_boxes(first, 1)  # still at its till
    view = scan_slip(second, sale)
    assert told(view) is NoticeKind.SLIP_UNKNOWN
    chain.sync(first.till)
    assert return_shown(scan_slip(second, sale)).paid == 2000

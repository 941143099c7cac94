"""Files that an owner publishes: programmes, price lists, operators; told apart by what is in them.

Stricter than messages: a key that nobody knows is an error here, because these are written by
hand and a misspelt ``by_weigth`` would cost somebody money.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from terminal.loyalty.basket import Product
from terminal.loyalty.programme import Programme
from terminal.wire.amounts import BadAmount, in_minor_units
from terminal.wire.programme_json import BadProgramme, programme_of
from terminal.wire.registry_json import (
    FORMAT,
    CatalogueFile,
    Operator,
    OperatorsFile,
    Pricing,
    ShopRecord,
    TileRecord,
)
from terminal.wire.sync_json import BadMessage, read_message, write_message

ROLES = ("cashier", "manager")
PROBLEMS_MOST = 20
_PLACE = re.compile(r"\.(\d+)(?=\.|$)")
"""In a path of a message: ``catalogue.0.price`` is ``catalogue[0].price`` to whoever wrote it."""
F = TypeVar("F")


class BadFile(ValueError):
    """A file that cannot be published; ``problems`` are sentences, each with its place."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read_published(text: str) -> Programme | CatalogueFile | OperatorsFile:
    """Read one file of an owner.

    Raises:
        BadFile: it is none of the three, or something in it is wrong.
    """
    try:
        content = json.loads(text)
    except RecursionError as error:
        raise BadFile(("not JSON: brackets within brackets without end",)) from error
    except ValueError as error:
        raise BadFile((f"not JSON: {error}",)) from error
    if not isinstance(content, dict):
        raise BadFile(("expected an object",))
    if "catalogue" in content:
        return _catalogue(content)
    if "operators" in content:
        return _operators(content)
    try:
        return programme_of(content)
    except BadProgramme as error:
        found = tuple(f"{one.path or 'programme'}: {one.text}" for one in error.problems)
        raise BadFile(found) from error


def instant_ms(text: str) -> int:
    """Unix ms of an ISO 8601 instant.

    Raises:
        ValueError: it is none, or has no offset from UTC.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant needs its offset from UTC, such as +01:00")
    return int(instant.timestamp() * 1000)


def write_pricing(pricing: Pricing) -> str:
    """The JSON text of a pricing, to be kept."""
    return write_message(pricing).decode()


def read_pricing(text: str) -> Pricing:
    """A pricing that was kept."""
    return read_message(Pricing, text.encode())


def write_operators(operators: OperatorsFile) -> str:
    """The JSON text of all operators, to be kept."""
    return json.dumps(
        {"format": FORMAT, "operators": json.loads(write_message(operators))["operators"]},
        ensure_ascii=False,
    )


def read_operators(text: str) -> OperatorsFile:
    """Operators that were kept."""
    return read_message(OperatorsFile, text.encode())


def write_shop(shop: ShopRecord) -> str:
    """The JSON text of a shop's record, to be kept."""
    return write_message(shop).decode()


def read_shop(text: str) -> ShopRecord:
    """A shop's record that was kept."""
    return read_message(ShopRecord, text.encode())


def _catalogue(content: dict[str, Any]) -> CatalogueFile:
    _demand_format(content)
    content = _with_rates(content)
    unknown = [
        *_unknown(content, CatalogueFile, ""),
        *_unknown_in_each(content.get("catalogue"), Product, "catalogue"),
        *_unknown_in_each(content.get("tiles"), TileRecord, "tiles"),
    ]
    file = _read(CatalogueFile, content, unknown)
    problems = list(_catalogue_problems(file))
    if problems:
        raise BadFile(tuple(problems[:PROBLEMS_MOST]))
    return file


def _catalogue_problems(file: CatalogueFile) -> Iterator[str]:
    skus: set[str] = set()
    numbers: set[str] = set()
    for place, product in enumerate(file.catalogue):
        if product.sku in skus:
            yield f"catalogue[{place}].sku: {product.sku} is there twice"
        skus.add(product.sku)
        if product.gtin is not None:
            if product.gtin in numbers:
                yield f"catalogue[{place}].gtin: {product.gtin} is there twice"
            numbers.add(product.gtin)
    for place, (gtin, sku) in enumerate(file.codes):
        if gtin in numbers:
            yield f"codes[{place}]: {gtin} is there twice"
        numbers.add(gtin)
        if sku not in skus:
            yield f"codes[{place}]: there is no product {sku}"
    for place, tile in enumerate(file.tiles or ()):
        if tile.sku not in skus:
            yield f"tiles[{place}].sku: there is no product {tile.sku}"
    if file.holds_from is not None:
        try:
            instant_ms(file.holds_from)
        except (ValueError, OverflowError) as error:
            yield f"holds_from: {error}"


def _with_rates(content: dict[str, Any]) -> dict[str, Any]:
    """With each tax in basis points, which may be a text: one below a percent has to be."""
    listed = content["catalogue"]
    if not isinstance(listed, list):
        return content
    products: list[object] = []
    problems = []
    for place, one in enumerate(listed):
        if isinstance(one, dict) and "vat" in one:
            try:
                rate = in_minor_units({"vat": one["vat"]}, 2, f"catalogue[{place}]")
            except BadAmount as error:
                problems.append(str(error))
                continue
            products.append({**one, **rate})
        else:
            products.append(one)
    if problems:
        raise BadFile(tuple(problems[:PROBLEMS_MOST]))
    return {**content, "catalogue": products}


def _operators(content: dict[str, Any]) -> OperatorsFile:
    _demand_format(content)
    unknown = [
        *_unknown(content, OperatorsFile, ""),
        *_unknown_in_each(content.get("operators"), Operator, "operators"),
    ]
    file = _read(OperatorsFile, content, unknown)
    problems = []
    ids: set[str] = set()
    for place, one in enumerate(file.operators):
        if not one.id or one.id in ids:
            problems.append(f"operators[{place}].id: each has an id of their own")
        ids.add(one.id)
        if not one.name.strip():
            problems.append(f"operators[{place}].name: is missing")
        if one.role not in ROLES:
            problems.append(f"operators[{place}].role: one of {', '.join(ROLES)}")
    if problems:
        raise BadFile(tuple(problems[:PROBLEMS_MOST]))
    return file


def _read(shape: type[F], content: dict[str, Any], unknown: list[str]) -> F:
    try:
        file = read_message(shape, json.dumps(content).encode())
    except BadMessage as error:
        told = ((_PLACE.sub(r"[\1]", path) or "file", text) for path, text in error.problems)
        wrong = [*unknown, *(f"{path}: {text}" for path, text in told)]
        raise BadFile(tuple(wrong[:PROBLEMS_MOST])) from error
    if unknown:
        raise BadFile(tuple(unknown[:PROBLEMS_MOST]))
    return file


def _demand_format(content: dict[str, Any]) -> None:
    if content.get("format") != FORMAT or isinstance(content["format"], bool):
        raise BadFile((f"format: expected {FORMAT}",))


def _unknown_in_each(listed: object, shape: type[Any], path: str) -> Iterator[str]:
    if isinstance(listed, list):
        for place, one in enumerate(listed):
            yield from _unknown(one, shape, f"{path}[{place}].")


def _unknown(content: object, shape: type[Any], path: str) -> Iterator[str]:
    if isinstance(content, dict):
        known = {one.name for one in fields(shape)}
        for key in content:
            if key not in known:
                yield f"{path}{key}: no such key"

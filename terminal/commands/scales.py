"""`tenth scales`: which pattern the labels of a shop's scale have, taught by example."""

from __future__ import annotations

import argparse
import json
import sys

from terminal.barcodes.scale_label import LabelPattern, agreeing, learn, scaled
from terminal.commands.shop_choice import Adding


class UnfitExample(ValueError):
    """What was typed is no label and its figure; the message says why."""


def describe(add: Adding) -> None:
    """The command, and what it takes."""
    parser = add("scales", teach, "find the pattern of a scale's labels from examples")
    wanted = "a label and what is printed on it, such as 2301012012455=1.245kg"
    parser.add_argument("examples", nargs="+", metavar="LABEL=FIGURE", help=wanted)


def teach(args: argparse.Namespace) -> int:
    """Print the patterns that fit all examples, the likeliest first; 1 where none does.

    An example is a label and what is printed on it: ``2301012012455=1.245kg`` or ``…=5.60``.
    """
    try:
        read = [_example(text) for text in args.examples]
    except UnfitExample as error:
        print(f"tenth: {error}", file=sys.stderr)
        return 1
    code, grams, amount = read[0]
    found = learn(code, grams=grams, amount=amount)
    for other, weighs, costs in read[1:]:
        found = agreeing(found, other, grams=weighs, amount=costs)
    if args.json:
        print(json.dumps({"patterns": [one.text for one in found]}))
    elif not found:
        print("The label does not say that. Is the figure the one printed beside its barcode?")
    else:
        _print_advice(found)
    return 0 if found else 1


def _print_advice(found: tuple[LabelPattern, ...]) -> None:
    print("In shop.toml of the till:\n")
    print(f'[scales]\nlabels = ["{found[0].text}"]')
    if len(found) > 1:
        print("\nThese fit as well; another label with other goods tells which one is right:")
        for one in found[1:]:
            print(f"  {one.text}")


def _example(text: str) -> tuple[str, int | None, int | None]:
    code, sign, figure = text.partition("=")
    weight = figure.lower().endswith("kg")
    figure = figure.lower().removesuffix("kg").strip().replace(",", ".")
    whole, _, part = figure.partition(".")
    if not (sign and code.isdigit() and whole.isdigit() and (not part or part.isdigit())):
        raise UnfitExample(f"{text!r}: such as 2301012012455=1.245kg, or …=5.60 for a price")
    told = scaled(int(whole + part), len(part), 3 if weight else 2)
    if told is None:
        raise UnfitExample(f"{text!r}: a weight has three decimals, a price two")
    return (code, told, None) if weight else (code, None, told)

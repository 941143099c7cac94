"""What ``tenth simulate`` takes; apart, so that the command line loads no simulator before its time."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

SEEDS = 200


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "--seeds", type=int, default=SEEDS, metavar="N", help=f"how many (default: {SEEDS})"
    )
    parser.add_argument("--first", type=int, default=1, metavar="S", help="the first of them")
    parser.add_argument(
        "--seed", type=int, metavar="S", help="run this one alone, exactly as before"
    )
    parser.add_argument(
        "--steps", type=int, metavar="N", help="of each (default: as the seed says)"
    )
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes at once"
    )
    parser.add_argument("--mutant", metavar="NAME", help="take a safeguard out first")
    parser.add_argument("--mutants", action="store_true", help="list the safeguards")
    parser.add_argument("--trace", action="store_true", help="tell the seed's story in words")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="leave all databases of the seed there"
    )
    parser.add_argument(
        "--clocks", type=int, metavar="N", help="a world without dates, clocks wrong in this way"
    )
    parser.add_argument("--until-caught", action="store_true", help="stop at the first violation")

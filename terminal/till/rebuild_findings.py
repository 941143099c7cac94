"""What `tenth rebuild` found, told to people and to scripts."""

from __future__ import annotations

import json
import sys

from terminal.till.database.rebuild import Findings


def tell_findings(findings: Findings, *, only_checked: bool, as_json: bool) -> int:
    """Print what differs and whether it was mended; returns the exit code."""
    mended = not only_checked and findings.facts_sound
    if as_json:
        plain = {
            "ok": findings.clean or mended,
            "facts": findings.facts,
            "mended": mended and not findings.clean,
            "differences": [
                {
                    "kind": one.kind.value,
                    "place": one.place,
                    "stored": one.stored,
                    "computed": one.computed,
                }
                for one in findings.differences
            ],
        }
        print(json.dumps(plain, ensure_ascii=False, indent=2))
        return 0 if plain["ok"] else 1
    for one in findings.differences:
        told = f"{one.kind.value} at {one.place}: {one.stored}, computed {one.computed}"
        print(told, file=sys.stderr)
    if findings.clean:
        print(f"{findings.facts} facts folded anew: every table agrees.")
    elif mended:
        print(f"{findings.facts} facts folded anew: the tables were mended.")
    elif not findings.facts_sound:
        print("The facts themselves are damaged, so nothing was changed.", file=sys.stderr)
    return 0 if findings.clean or mended else 1

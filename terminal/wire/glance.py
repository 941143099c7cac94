"""What of a recorded sale's body counts, read without making objects of the rest.

A server reads thousands of bodies a second, and nine tenths of one tell what only people and checks
ask for: names of goods, taxes, balances. Here they are passed over as they are parsed, which takes
a seventh of reading all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic_core import SchemaValidator, ValidationError, core_schema

_TEXT = core_schema.str_schema(strict=True)
_WHOLE = core_schema.int_schema(strict=True)
_TRUTH = core_schema.bool_schema(strict=True)
_ANY = core_schema.any_schema()


def sale_glance(body: bytes) -> Mapping[str, Any] | None:
    """The keys that ``counting`` and vesting ask for, as ``json`` would read them; no others.

    None where anything among them has another shape than a till writes: whoever asks reads the
    whole body then.
    """
    try:
        found: Mapping[str, Any] = _reader().validate_json(body)
    except ValidationError:
        return None
    return found


@cache
def _reader() -> SchemaValidator:
    earned = _rows(
        {"account": _list(_TEXT), "n": _WHOLE, "programme": _WHOLE, "rule": _TEXT},
        {
            "by_reward": _TRUTH,
            "counted": _WHOLE,
            "vests": core_schema.nullable_schema(_TEXT),
            "reason": _part({"why": _TEXT}, {"amount": _WHOLE, "per": _WHOLE}),
        },
    )
    return SchemaValidator(
        _part(
            {
                "at": _part({"business_day": _TEXT}),
                "prices_include_tax": _TRUTH,
                "lines": _rows(
                    {"gross": _WHOLE, "vat": _WHOLE}, {"discount": _WHOLE, "earning": _TRUTH}
                ),
            },
            {
                "member": core_schema.nullable_schema(_TEXT),
                "wallet": _TEXT,
                "applied": _rows({"name": _list(_ANY), "times": _WHOLE}),
                "earned": earned,
                "carried": _list(_list(_ANY)),
                "bearers": _rows({"wallet": _TEXT}),
                "statements": _list(_list(_ANY)),
            },
        )
    )


def _part(
    needed: Mapping[str, core_schema.CoreSchema],
    more: Mapping[str, core_schema.CoreSchema] | None = None,
) -> core_schema.CoreSchema:
    fields = {name: core_schema.typed_dict_field(one) for name, one in needed.items()}
    fields |= {
        name: core_schema.typed_dict_field(one, required=False)
        for name, one in (more or {}).items()
    }
    return core_schema.typed_dict_schema(fields)


def _rows(
    needed: Mapping[str, core_schema.CoreSchema],
    more: Mapping[str, core_schema.CoreSchema] | None = None,
) -> core_schema.CoreSchema:
    return _list(_part(needed, more))


def _list(one: core_schema.CoreSchema) -> core_schema.CoreSchema:
    return core_schema.list_schema(one, strict=True)

"""How a setting is refused: in words, and by its name."""


class UnfitSettings(ValueError):
    """The settings cannot be used; the message says which file, which setting and why."""


def demand(fits: bool, setting: str, wanted: str) -> None:
    """Refuse a setting that does not fit. ``setting`` is its name, such as ``shop.currency``.

    Raises:
        UnfitSettings: it does not fit.
    """
    if not fits:
        raise UnfitSettings(f"{setting}: {wanted}")


def demand_one_of(found: object, known: tuple[object, ...], setting: str) -> None:
    """Refuse a setting that is none of the few that it may be."""
    demand(found in known, setting, "one of " + ", ".join(str(one) for one in known))

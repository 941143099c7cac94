"""[scales]: how the labels of the shop's scales are read.

[scales]
labels = ["lv"]                # patterns such as "23IIIIIWWWWWK kg 3", or names: lv, odoo

`tenth scales` finds the pattern from one label and what it says.
"""

from terminal.barcodes.scale_label import LabelPattern, UnfitPattern, read_pattern
from terminal.till.settings.unfit import UnfitSettings
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalesTable:
    """Which codes are labels of a scale."""

    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        try:
            prefixes = [one.prefix for one in self.patterns]
        except UnfitPattern as error:
            raise UnfitSettings(f"scales.labels: {error}") from error
        for at, prefix in enumerate(prefixes):
            for other in prefixes[at + 1 :]:
                if prefix.startswith(other) or other.startswith(prefix):
                    raise UnfitSettings(
                        f"scales.labels: labels that begin with {prefix} and with {other} "
                        "cannot be told apart"
                    )

    @property
    def patterns(self) -> tuple[LabelPattern, ...]:
        """The labels, names written out."""
        return tuple(pattern for text in self.labels for pattern in read_pattern(text))

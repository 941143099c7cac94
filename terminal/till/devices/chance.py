"""Where ids come from: time-ordered ones for sales, plain random ones for everything else."""

from __future__ import annotations

import secrets

from uuid_utils.compat import uuid7


class SystemIds:
    """``ports.Ids`` from the operating system's chance."""

    def sale_id(self) -> str:
        """A UUIDv7 (RFC 9562): sales sort by the time at which they were made."""
        return uuid7().hex

    def random_id(self) -> str:
        """128 random bits."""
        return secrets.token_hex(16)

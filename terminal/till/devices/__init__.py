"""Everything that plugs into the till: scanner, slip printer, clock."""

"""[printer]: where slips go, and when.

[printer]
kind = "folder"                # none, folder, pdf, network, serial or file
address = ""                   # network: "192.168.1.50" or "192.168.1.50:9100";
                               # serial: "/dev/ttyUSB0" or "COM3"; file: "/dev/usb/lp0";
                               # folder, pdf: a folder, "" is `slips` beside this file
columns = 42                   # 42: paper of 80 mm; 32: of 58 mm
mode = "raster"                # raster: a picture, all letters on every printer; text: faster
code_page = "CP852"            # for text: the page that the test line came out right with
page_number = -1               # for text: what this printer calls that page; -1: as Epson does
baud = 19200                   # serial
drawer = false                 # true: the cash drawer hangs at the printer
when = "ask"                   # always, ask or never
balance_hours = 24             # so long after the server's last word a slip says so
other_offers = 2               # so many offers that the customer nearly had; 0: none, 3 at most
"""

from terminal.till.settings.unfit import demand, demand_one_of
from terminal.values import dataclass

KINDS = ("none", "folder", "pdf", "network", "serial", "file")
COLUMNS = (42, 32)
MODES = ("raster", "text")
WHEN = ("always", "ask", "never")
OTHER_OFFERS = (0, 1, 2, 3)
CODE_PAGES = (
    "CP437",
    "CP850",
    "CP852",
    "CP858",
    "CP866",
    "CP775",
    "CP1125",
    "CP1250",
    "CP1251",
    "CP1252",
    "CP1257",
)
NEEDS_ADDRESS = ("network", "serial", "file")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterTable:
    """Where slips go, and when."""

    kind: str = "folder"
    address: str = ""
    columns: int = 42
    mode: str = "raster"
    code_page: str = "CP852"
    page_number: int = -1
    baud: int = 19200
    drawer: bool = False
    when: str = "ask"
    balance_hours: int = 24
    other_offers: int = 2

    def __post_init__(self) -> None:
        demand_one_of(self.kind, KINDS, "printer.kind")
        demand_one_of(self.columns, COLUMNS, "printer.columns")
        demand_one_of(self.mode, MODES, "printer.mode")
        demand_one_of(self.code_page, CODE_PAGES, "printer.code_page")
        demand_one_of(self.when, WHEN, "printer.when")
        demand(-1 <= self.page_number <= 255, "printer.page_number", "0 to 255, or -1")
        demand(self.baud > 0, "printer.baud", "bits a second, such as 9600")
        demand(self.balance_hours >= 0, "printer.balance_hours", "hours, 0 or more")
        demand_one_of(self.other_offers, OTHER_OFFERS, "printer.other_offers")
        needed = self.kind in NEEDS_ADDRESS and not self.address.strip()
        demand(not needed, "printer.address", f"where the printer is, for kind {self.kind}")
        if self.kind == "network":
            _, _, port = self.address.partition(":")
            fits = not port or (port.isdecimal() and 0 < int(port) < 65536)
            demand(fits, "printer.address", "a host, or host:port")

"""What the shop says of itself in `shop.toml`, and where its data lives on this computer.

One folder holds one shop: its settings, its database, its card key. The shop's own folder and the
demo's stand side by side in the user's data folder; `TENTH_HOME` moves both.

Each table of the file has a module here, with the settings that it may hold at its head: [shop],
[lane], [cards], [scales], [printer], [refunds], [care], [server], [screen],
[sound], [training]. What no table knows is refused by its name.
"""

from terminal.till.settings.cards import KEY_FILE, CardsTable
from terminal.till.settings.care import CareTable
from terminal.till.settings.lane import LaneTable
from terminal.till.settings.places import (
    DATABASE_FILE,
    DEMO_SHOP,
    OWN_SHOP,
    SETTINGS_FILE,
    data_home,
    has_shop,
    pictures_of,
    private_folder,
    shop_folder,
    write_private,
)
from terminal.till.settings.printer import PrinterTable
from terminal.till.settings.refunds import RefundsTable
from terminal.till.settings.scales import ScalesTable
from terminal.till.settings.screen import ScreenTable
from terminal.till.settings.server import ServerTable
from terminal.till.settings.shop import LANGUAGES, ShopTable
from terminal.till.settings.sound import SoundTable
from terminal.till.settings.training import TrainingTable
from terminal.till.settings.unfit import UnfitSettings
from terminal.till.settings.whole import (
    Settings,
    hide_pin,
    read_settings,
    settings_of,
    write_one_setting,
    write_settings,
)

__all__ = [
    "DATABASE_FILE",
    "DEMO_SHOP",
    "KEY_FILE",
    "LANGUAGES",
    "OWN_SHOP",
    "SETTINGS_FILE",
    "CardsTable",
    "CareTable",
    "LaneTable",
    "PrinterTable",
    "RefundsTable",
    "ScalesTable",
    "ScreenTable",
    "ServerTable",
    "Settings",
    "ShopTable",
    "SoundTable",
    "TrainingTable",
    "UnfitSettings",
    "data_home",
    "has_shop",
    "hide_pin",
    "pictures_of",
    "private_folder",
    "read_settings",
    "settings_of",
    "shop_folder",
    "write_one_setting",
    "write_private",
    "write_settings",
]

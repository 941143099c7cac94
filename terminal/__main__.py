"""`python -m terminal` is `tenth`, also where no script was installed."""

import sys

from terminal.cli import main

if __name__ == "__main__":
    sys.exit(main())

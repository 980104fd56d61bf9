"""`python -m isoflop` is the program."""

import sys

from isoflop_program import main

sys.exit(main())

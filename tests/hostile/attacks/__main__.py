"""Run one attack: `python3 -m attacks NAME TAG`; TAG is there to be seen in a list of processes."""

import sys

from .catalogue import ATTACKS
from .kit import tried

ATTACKS[sys.argv[1]].run()
tried()

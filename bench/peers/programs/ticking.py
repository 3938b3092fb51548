"""A job that goes on, and prints a line ten times a second, until there is the file that is its parameter."""

import sys
import time
from pathlib import Path

while not Path(sys.argv[1]).exists():
    print("still here", flush=True)
    time.sleep(0.1)

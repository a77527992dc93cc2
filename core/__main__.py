"""``python -m core <verb>``."""

import io
import os
import sys

from core.cli import main

if __name__ == "__main__":
    # Both are read when torch and the hub's client are imported, which a verb does when it runs.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # spinning threads starve other programs
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A header may hold text that the console of this computer cannot show.
            stream.reconfigure(errors="replace")
    sys.exit(main())

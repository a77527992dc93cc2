"""``python -m core <verb>``."""

import io
import os
import signal
import sys

from core.memory import collect_rarely, leave_all_alone

if __name__ == "__main__":
    collect_rarely()
    from core.cli import main

    # Both are read when torch and the hub's client are imported, which a verb does when it runs.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # spinning threads starve other programs
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    if hasattr(signal, "SIGPIPE"):
        # `… | head` ends us as it ends any program, not with Python's complaint.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    # Ended from outside is ended as by Ctrl-C: an unpacked study does not stay behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A header may hold text that the console of this computer cannot show.
            stream.reconfigure(errors="replace")
    code = main()
    leave_all_alone()
    sys.exit(code)

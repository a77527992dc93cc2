"""The networks, their card and weights, the one preprocessing, and the engines that run them."""

import sys

# Where it can be imported, `import openvino` tells Google Analytics of it, in a forked process.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

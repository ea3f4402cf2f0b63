"""What SFace's vectors of all faces have in common. The engine takes it away before it compares them.

Faces that are near to it are otherwise a little too similar to everyone; docs/accuracy.md says what that brings.
"""

from __future__ import annotations

import numpy as np

# fmt: off
CENTRE = np.array([
    -504, -154, 291, 145, 386, 211, 119, 106, -287, 51, -150, 259, -32, -8, 134, -89, -402, -92, -620, 29, -7, 61,
    134, -185, -23, -125, -157, -56, -1, -153, 18, 361, 69, -95, 87, 89, -215, 220, 107, -5, 225, -176, -123, 56,
    161, -23, -133, 250, -110, 66, -180, 89, 35, 100, -131, -196, 220, -129, -130, 14, -12, 397, -616, 39, 125,
    -160, 53, -86, 73, -104, 293, -127, 20, -202, 218, -234, -114, 5, -462, 11, -144, -28, -172, 65, -322, -12, 243,
    -127, -83, -66, 33, 282, 416, 212, -215, -258, -28, 304, -134, 64, 69, -158, -153, -384, -26, -265, -81, 120,
    360, -224, 311, -204, -196, -46, 396, 205, -229, -27, 132, -54, -152, -278, 353, -57, 286, -289, -94, 165,
], np.float32) / np.float32(10_000)
# fmt: on
"""128 numbers, for vectors of length 1. Fitted by benchmarks/calibrate.py on half of the people of a half of LFW."""

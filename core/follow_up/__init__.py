"""Two assessments of one patient: how much the hematoma grew, and whether that is expansion.

``compare.py`` compares, ``in_words.py`` says it, ``pdf.py`` and ``files.py`` write it down.
"""

from core.follow_up.compare import FollowUp, compare

__all__ = ["FollowUp", "compare"]

from collections.abc import Iterator, Sequence

import torch

from core.batch.study import load_assessor
from core.batch.work import BatchWork, Done, Heard, StudyTask


def in_this_process(tasks: Sequence[StudyTask], work: BatchWork, heard: Heard) -> Iterator[Done]:
    """The pool that is none: one study after the other, with one thread as the workers have."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        assessor = load_assessor(work)
        for task in tasks:
            heard()
            yield task, assessor.line(task)
    finally:
        torch.set_num_threads(threads)

"""How far a long call is."""

from typing import Callable, NamedTuple, Optional


class Progress(NamedTuple):
    """What the functions given as `progress` are called with, from time to time."""

    label: str  #: "fuse"; another one than before begins a new count.
    unit: str  #: What is counted, plural: "pairs".
    done: int  #: Of `total`, `skipped` included.
    total: int  #: 0: not known.
    skipped: int  #: Of `done`: took no time, as the steps before a resumed run.
    detail: str  #: "loss 0.0312"; may be "".


def progress_function(
    progress: Optional[Callable[[Progress], object]],
) -> Optional[Callable[[str, str, int, int, int, str], object]]:
    if progress is None:
        return None
    if not callable(progress):
        raise ValueError(f"progress is {type(progress).__name__}, not a function")
    function = progress
    return lambda *values: function(Progress(*values))

"""Fuses infrared and visible pictures into one, and tells how good the result is.

    import seafusion
    fused = seafusion.fuse(ir, visible)                  # numpy arrays in, an array out

Pictures are numpy arrays: HxW (gray) or HxWx3 (red, green, blue), uint8, uint16 or float32 (0..1),
the two of a pair of one size. NxHxW and NxHxWx3 are batches. Arrays are read where they lie, crops
and strided rows too; only where the pixels of a row do not follow each other (a[:, ::2],
a[..., ::-1]) is a copy made.

    fuse            one call, with the weights the package brings along
    Fuser           the same for many pictures: settings once, any number of threads
    metrics         EN, MI, VIF, SF, SD, Qabf and ten more, as a dict
    methods         what SeAFusion can be compared with
    align, Rig, Warper   two cameras that do not look alike: how they map onto each other
    read_pair, write_picture   files, those of thermal cameras too (counts, degrees)
    compare         methods side by side on folders: run, timed, measured, in tables
    train           training, where the learning module is installed

Errors: ValueError for arguments that cannot be used, OSError for files, seafusion.Error for the
rest. Ctrl-C ends every long call.

The method is that of Tang, Yuan and Ma, Information Fusion 82 (2022) 28-42,
doi:10.1016/j.inffus.2021.12.004. docs/python.md has examples.
"""

from ._aligning import Registration, Rig, Warper, align
from ._core import Error, version as _version
from ._files import Pair, read_pair, write_picture
from ._fusing import Fuser, Method, fuse, methods
from ._measuring import MetricDescription, describe_metrics, metrics
from ._progress import Progress
from ._running import Comparison, compare, train

__version__ = _version()

__all__ = [
    "Comparison",
    "Error",
    "Fuser",
    "Method",
    "MetricDescription",
    "Pair",
    "Progress",
    "Registration",
    "Rig",
    "Warper",
    "align",
    "compare",
    "describe_metrics",
    "fuse",
    "methods",
    "metrics",
    "read_pair",
    "train",
    "write_picture",
]

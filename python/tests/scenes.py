"""Pictures and paths for the tests."""

import os
import unittest
from pathlib import Path

import numpy as np

SHARED = Path(os.environ.get("SEAFUSION_SHARED", "no-such-folder"))
# ./dev python runs everything; ./dev test what takes seconds.
ALL = "SEAFUSION_PYTHON_ALL" in os.environ
COMMAND = os.environ.get("SEAFUSION_COMMAND", "")


def scene(height=48, width=64, dtype="uint8", seed=1):
    """A pair of the same view: a warm square that the visible picture does not show."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    visible = 0.4 + 0.3 * np.sin(x / 5.0)[..., None] * np.array([1.0, 0.7, 0.4])
    visible = np.clip(visible + 0.02 * rng.standard_normal((height, width, 3)), 0, 1)
    ir = 0.2 + 0.1 * np.cos(y / 7.0)
    ir[height // 4 : height // 2, width // 4 : width // 2] = 0.9
    ir = np.clip(ir + 0.01 * rng.standard_normal((height, width)), 0, 1)
    return samples(ir, dtype), samples(visible, dtype)


def samples(unit, dtype):
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return unit.astype(dtype)
    return np.round(unit * np.iinfo(dtype).max).astype(dtype)


def shared(*parts):
    """A file or folder of real data; the test is skipped where it is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        raise unittest.SkipTest(f"no real data at {path}")
    return path


def command():
    if not COMMAND:
        raise unittest.SkipTest("the command is not built")
    return COMMAND

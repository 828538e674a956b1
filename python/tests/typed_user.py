"""What somebody writes who checks types: mypy --strict accepts it as it is."""

from typing import Dict, List

import numpy as np
from numpy.typing import NDArray

import seafusion


def fuse_all(infrared: List[NDArray[np.uint16]], visible: List[NDArray[np.uint8]]) -> List[NDArray[np.uint8]]:
    with seafusion.Fuser("lite", threads=2, ir_range=(28000, 34000)) as fuser:
        return [fuser(ir, vi) for ir, vi in zip(infrared, visible)]


def in_place(ir: NDArray[np.uint8], visible: NDArray[np.uint8], out: NDArray[np.uint16]) -> NDArray[np.uint16]:
    return seafusion.fuse(ir, visible, out)


def table(ir: NDArray[np.uint8], visible: NDArray[np.uint8]) -> Dict[str, float]:
    return seafusion.metrics(ir, visible, seafusion.fuse(ir, visible), metrics=["EN", "MI"])


def show(progress: seafusion.Progress) -> None:
    print(progress.label, progress.done, progress.total)


def aligned(ir: NDArray[np.uint8], visible: NDArray[np.uint8]) -> NDArray[np.uint8]:
    found = seafusion.align(ir, visible, progress=show)
    if found.rig is None:
        raise ValueError(found.verdict)
    warper = seafusion.Warper(found.rig)
    warm, seen = warper(ir, visible)
    fused: NDArray[np.uint8] = seafusion.fuse(warm, seen)
    return fused

#!/usr/bin/env python3
"""Fused pictures as the input of something that learns: a data set and a loader as torch.utils.data has them, with
numpy alone. With PyTorch, hand PairDataset to torch.utils.data.DataLoader: a Fuser works in its worker processes.

    python3 data_loader.py data/ir data/vi --batch 4 --epochs 2
"""

import argparse
from pathlib import Path

import numpy as np

import seafusion

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("ir", type=Path)
parser.add_argument("visible", type=Path)
parser.add_argument("--batch", type=int, default=4)
parser.add_argument("--epochs", type=int, default=1)
parser.add_argument("--crop", type=int, default=64, help="side of the crops in pixels")
arguments = parser.parse_args()


class PairDataset:
    """__len__ and __getitem__, which is all that a loader asks for."""

    def __init__(self, infrared: Path, visible: Path, crop: int) -> None:
        names = {path.stem: path for path in infrared.iterdir()}
        self.pairs = [(names[path.stem], path) for path in sorted(visible.iterdir()) if path.stem in names]
        self.crop = crop

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, index: int):
        pair = seafusion.read_pair(*self.pairs[index])
        height, width = pair.visible.shape[:2]
        y, x = max(0, (height - self.crop) // 2), max(0, (width - self.crop) // 2)
        crop = np.s_[y : y + self.crop, x : x + self.crop]
        return pair.ir[crop], pair.visible[crop]  # views; nothing is copied


def batches(dataset: PairDataset, size: int, seed: int):
    """What DataLoader(dataset, batch_size=size, shuffle=True) does."""
    order = np.random.default_rng(seed).permutation(len(dataset))
    for begin in range(0, len(order), size):
        items = [dataset[i] for i in order[begin : begin + size]]
        yield tuple(np.stack(pictures) for pictures in zip(*items))


# %% A batch is fused in one call, into memory that is used again and again
dataset = PairDataset(arguments.ir, arguments.visible, arguments.crop)
with seafusion.Fuser() as fuser:
    fused = None
    for epoch in range(arguments.epochs):
        for ir, visible in batches(dataset, arguments.batch, seed=epoch):
            if fused is None or fused.shape != visible.shape:
                fused = np.empty_like(visible)
            fuser(ir, visible, out=fused)
            channels_first = fused.transpose(0, 3, 1, 2).astype(np.float32) / 255  # as networks want it
            print(f"epoch {epoch}: batch {channels_first.shape}, mean {channels_first.mean():.4f}")

#!/usr/bin/env python3
"""Fuses the pictures of two folders that have the same names.

    python3 fuse_folder.py data/ir data/vi fused
"""

import argparse
import time
from pathlib import Path

import seafusion

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("ir", type=Path)
parser.add_argument("visible", type=Path)
parser.add_argument("out", type=Path)
parser.add_argument("--model", default="default", help="lite (the default), full or a file of weights")
arguments = parser.parse_args()

# %% Which files belong together
infrared = {path.stem: path for path in arguments.ir.iterdir()}
pairs = [(infrared[path.stem], path) for path in sorted(arguments.visible.iterdir()) if path.stem in infrared]
arguments.out.mkdir(parents=True, exist_ok=True)

# %% One Fuser for all of them
began = time.perf_counter()
with seafusion.Fuser(arguments.model) as fuser:
    for ir_path, visible_path in pairs:
        pair = seafusion.read_pair(ir_path, visible_path)
        fused = fuser(pair.ir, pair.visible)
        seafusion.write_picture(arguments.out / f"{visible_path.stem}.png", fused, overwrite=True)
print(f"fused {len(pairs)} pairs in {time.perf_counter() - began:.2f} s")

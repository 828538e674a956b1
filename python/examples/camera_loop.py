#!/usr/bin/env python3
"""Fuses two cameras live, with OpenCV (Debian: python3-opencv) to read and show them.

    python3 camera_loop.py 0 2 --rig rig.json
    python3 camera_loop.py visible.mp4 thermal.mp4 --frames 100 --headless
"""

import argparse
import time

import cv2
import numpy as np

import seafusion

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("visible", help="number of a camera, file or address")
parser.add_argument("ir")
parser.add_argument("--model", default="lite")
parser.add_argument("--rig", help="how the cameras map onto each other: see seafusion.align")
parser.add_argument("--frames", type=int, default=0, help="stop after so many; 0: at the end")
parser.add_argument("--headless", action="store_true", help="show nothing, print the rate")
arguments = parser.parse_args()


def open_source(name: str) -> cv2.VideoCapture:
    capture = cv2.VideoCapture(int(name) if name.isdigit() else name)
    if not capture.isOpened():
        raise SystemExit(f"cannot open {name}")
    return capture


visible_source, ir_source = open_source(arguments.visible), open_source(arguments.ir)
warper = seafusion.Warper(seafusion.Rig.load(arguments.rig)) if arguments.rig else None
fuser = seafusion.Fuser(arguments.model)
rgb = fused = None
frames, began = 0, time.perf_counter()
while not arguments.frames or frames < arguments.frames:
    seen, bgr = visible_source.read()
    warm, ir = ir_source.read()
    if not (seen and warm):
        break
    rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB, rgb)
    visible = rgb
    if warper is not None:
        ir, visible = warper(ir, visible)
    if fused is None:
        fused = np.empty_like(visible)
    fuser(ir, visible, out=fused)
    frames += 1
    if not arguments.headless:
        cv2.imshow("fused (q ends)", fused[..., ::-1])
        if cv2.waitKey(1) == ord("q"):
            break
seconds = time.perf_counter() - began
print(f"{frames} frames, {frames / seconds:.1f} frames/s")

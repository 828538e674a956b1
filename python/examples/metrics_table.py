#!/usr/bin/env python3
"""Measures fused pictures of folders and prints a table, and CSV with --csv.

    python3 metrics_table.py data/ir data/vi fused --csv metrics.csv
"""

import argparse
import csv
from pathlib import Path

import numpy as np

import seafusion

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("ir", type=Path)
parser.add_argument("visible", type=Path)
parser.add_argument("fused", type=Path)
parser.add_argument("--convention", default="paper", choices=["paper", "f255"])
parser.add_argument("--csv", type=Path)
arguments = parser.parse_args()


def picture(path):
    """A single picture: what read_pair reads of one that is no pair."""
    return seafusion.read_pair(path, path, force=True).visible


# %% A row for each picture
ir, visible = ({path.stem: path for path in folder.iterdir()} for folder in (arguments.ir, arguments.visible))
rows = {}
for path in sorted(arguments.fused.iterdir()):
    if path.stem in ir and path.stem in visible:
        pictures = picture(ir[path.stem]), picture(visible[path.stem]), picture(path)
        rows[path.stem] = seafusion.metrics(*pictures, arguments.convention, metrics="six")

# %% Means and deviations
print(f"{len(rows)} pictures, convention {arguments.convention}")
print(f"{'metric':8} {'mean':>10} {'deviation':>10}  unit")
for description in seafusion.describe_metrics():
    values = [row[description.name] for row in rows.values() if description.name in row]
    if values:
        deviation = np.std(values, ddof=1) if len(values) > 1 else 0.0
        print(f"{description.name:8} {np.mean(values):10.4f} {deviation:10.4f}  {description.unit}")

# %% For a spreadsheet
if arguments.csv:
    with open(arguments.csv, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", *next(iter(rows.values()))])
        writer.writerows([name, *row.values()] for name, row in rows.items())

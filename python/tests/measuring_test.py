import csv
import json
import math
import subprocess
import tempfile
import unittest
from pathlib import Path

import numpy as np

import seafusion
from scenes import ALL, command, scene, shared

# Sums that depend on rounding: tools/golden_metrics has the same tolerances.
LOOSE = {"VIF", "SSIM", "MS_SSIM", "FMI_dct"}


class MetricsTest(unittest.TestCase):
    def test_known_values(self):
        y, x = np.mgrid[0:64, 0:64]
        steps = (x * 4).astype("uint8")
        values = seafusion.metrics(steps, steps, steps, "f255")
        self.assertAlmostEqual(values["EN"], 6.0, places=12)  # 64 levels, equally often
        self.assertEqual(values["MSE"], 0)
        self.assertAlmostEqual(values["SD"], steps.std(), places=6)

    def test_names_and_conventions(self):
        ir, visible = scene()
        fused = seafusion.fuse(ir, visible)
        six = seafusion.metrics(ir, visible, fused, metrics="six")
        self.assertEqual(list(six), ["EN", "MI", "VIF", "SF", "SD", "Qabf"])
        some = seafusion.metrics(ir, visible, fused, metrics=["SD", "en"])
        self.assertEqual(list(some), ["SD", "EN"])
        self.assertEqual(some["SD"], six["SD"])
        self.assertNotEqual(seafusion.metrics(ir, visible, fused, "f255")["SD"], six["SD"])
        self.assertEqual([m.name for m in seafusion.describe_metrics()], list(seafusion.metrics(ir, visible, fused)))

    def test_batches(self):
        pairs = [scene(seed=seed) for seed in range(3)]
        ir, visible = (np.stack(pictures) for pictures in zip(*pairs))
        fused = seafusion.fuse(ir, visible)
        batch = seafusion.metrics(ir, visible, fused)
        for i in range(3):
            one = seafusion.metrics(ir[i], visible[i], fused[i])
            for name, value in one.items():
                np.testing.assert_equal(batch[name][i], value, err_msg=name)

    def test_crops_are_measured_where_they_lie(self):
        ir, visible = scene(60, 80)
        crop = np.s_[4:52, 8:72]
        self.assertEqual(
            seafusion.metrics(ir[crop], visible[crop], visible[crop], metrics="six"),
            seafusion.metrics(*(a[crop].copy() for a in (ir, visible, visible)), metrics="six"),
        )

    def test_the_commands_numbers(self):
        ir, visible = scene()
        fused = seafusion.fuse(ir, visible)
        with tempfile.TemporaryDirectory() as folder:
            paths = [str(Path(folder, name)) for name in ("ir.png", "vi.png", "fused.png")]
            for path, picture in zip(paths, (ir, visible, fused)):
                seafusion.write_picture(path, picture)
            text = subprocess.run(
                [command(), "metrics", "--ir", paths[0], "--vis", paths[1], "--fused", paths[2],
                 "--convention", "f255", "--json"],
                check=True, capture_output=True).stdout
        theirs = {line["metric"]: line["mean"] for line in json.loads(text)["summary"]}
        ours = seafusion.metrics(ir, visible, fused, "f255")
        self.assertEqual(set(theirs), set(ours))
        for name, value in ours.items():
            if math.isfinite(value):
                self.assertAlmostEqual(value, theirs[name], delta=1e-12 * max(1, abs(value)), msg=name)


class GoldenTest(unittest.TestCase):
    def test_published_values(self):
        table = shared("golden", "metrics_dev.csv")
        names = {m.name for m in seafusion.describe_metrics()}
        cases = {}
        with open(table, newline="") as file:
            for row in csv.DictReader(file):
                cases.setdefault((row["dataset"], row["pair"], row["method"]), []).append(row)
        checked = 0
        for (dataset, pair, method), rows in cases.items():
            paths = _pictures(dataset, pair, method)
            if paths is None:
                continue
            ir, visible = seafusion.read_pair(*paths[:2], force=True)[:2]
            fused = seafusion.read_pair(paths[2], paths[2], force=True).ir
            values = {c: seafusion.metrics(ir, visible, fused, c) for c in ("paper", "f255")}
            for row in rows:
                name, convention = row["metric"], "paper"
                if name.endswith("_255"):
                    name, convention = name[: -len("_255")], "f255"
                if name not in names:  # parts of MI and VIF
                    continue
                expected, actual = float(row["value"]), values[convention][name]
                tolerance = 1e-6 if name in LOOSE else 1e-9
                if math.isnan(expected):
                    self.assertTrue(math.isnan(actual), (dataset, pair, method, name))
                else:
                    self.assertAlmostEqual(actual, expected, delta=tolerance * max(abs(expected), 1e-12),
                                           msg=str((dataset, pair, method, name)))
                checked += 1
            if checked > (1000 if ALL else 20):  # the whole table is golden_metrics' work
                break
        self.assertGreater(checked, 20)
        print(checked, "values are the published ones", end=" ", flush=True)


def _pictures(dataset, pair, method):
    paths = [shared("golden", "images") / f"{dataset}_{pair}_{part}.png" for part in ("ir", "vi", method)]
    return paths if all(path.exists() for path in paths) else None


if __name__ == "__main__":
    unittest.main()

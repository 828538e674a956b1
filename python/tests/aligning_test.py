import os
import pickle
import tempfile
import unittest
from pathlib import Path

import numpy as np

import seafusion


def views(seed=3, shift=(6, 4), size=(240, 320)):
    """What two cameras see of one scene; the infrared one `shift` (x, y) pixels further on."""
    rng = np.random.default_rng(seed)
    height, width = size[0] + 40, size[1] + 40
    field = np.zeros((height, width))
    for _ in range(120):
        y, x = rng.integers(0, height - 30), rng.integers(0, width - 30)
        h, w = rng.integers(6, 30, 2)
        field[y : y + h, x : x + w] = rng.uniform(20, 235)
    x, y = shift
    visible = field[20 : 20 + size[0], 20 : 20 + size[1]]
    infrared = 255 - field[20 + y : 20 + y + size[0], 20 + x : 20 + x + size[1]]
    noise = rng.standard_normal(size) * 2
    to_bytes = lambda a: np.clip(a + noise, 0, 255).astype("uint8")
    return to_bytes(infrared), to_bytes(visible)


class AlignTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pairs = [views(seed) for seed in range(3)]
        cls.reports = []
        cls.found = seafusion.align(
            [ir for ir, _ in cls.pairs],
            np.stack([visible for _, visible in cls.pairs]),
            model="similarity",
            progress=cls.reports.append,
        )

    def test_finds_the_shift(self):
        self.assertIn(self.found.verdict, ("ok", "unsure"))
        self.assertEqual(self.found.frames, 3)
        self.assertIsInstance(self.found.rig, seafusion.Rig)
        warper = seafusion.Warper(self.found.rig, "visible")
        middle = np.array([[160.0, 120.0]])
        there = warper.from_canvas("ir", middle)
        np.testing.assert_allclose(there, middle - (6, 4), atol=1.0)
        np.testing.assert_allclose(warper.to_canvas("ir", there), middle, atol=1e-6)
        for report in self.reports:
            self.assertIsInstance(report, seafusion.Progress)

    def test_brings_the_pictures_onto_one_canvas(self):
        ir, visible = self.pairs[0]
        warper = seafusion.Warper(self.found.rig)
        on_canvas = warper(ir, visible)
        for picture in on_canvas:
            self.assertEqual(picture.shape, (warper.height, warper.width))
        inside = np.s_[8:-8, 8:-8]
        difference = 255 - on_canvas[0][inside].astype(int) - on_canvas[1][inside]
        self.assertLess(np.median(np.abs(difference)), 12)
        self.assertEqual(seafusion.fuse(*on_canvas).shape, on_canvas[1].shape)
        out = np.empty_like(on_canvas[0])
        self.assertIs(warper.warp("ir", ir, out), out)
        np.testing.assert_array_equal(out, on_canvas[0])
        batch = warper.warp("visible", np.stack([visible, visible[::-1]]))
        np.testing.assert_array_equal(batch[0], on_canvas[1])

    def test_labels_coverage_and_what_one_camera_sees_alone(self):
        ir, visible = self.pairs[0]
        warper = seafusion.Warper(self.found.rig, "visible")
        self.assertTrue(warper.covers("visible"))
        self.assertFalse(warper.covers("ir"))
        coverage = warper.coverage("ir")
        self.assertEqual((coverage.min(), coverage.max()), (0, 255))
        labels = warper.warp_labels("ir", np.full_like(ir, 3), outside=9)
        self.assertEqual(set(np.unique(labels)), {3, 9})
        fused = np.zeros_like(visible)
        warper.show_alone("visible", visible, fused)
        np.testing.assert_array_equal(fused[coverage == 0], visible[coverage == 0])
        self.assertTrue((fused[coverage == 255] == 0).all())

    def test_rig_files(self):
        rig = self.found.rig
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "rig.json")
            rig.save(path)
            self.assertEqual(path.read_text(), rig.text)
            self.assertEqual(seafusion.Rig.load(path), rig)
            with self.assertRaises(FileExistsError):
                rig.save(path)
            rig.save(path, overwrite=True)
            self.assertEqual(os.listdir(folder), ["rig.json"])
        self.assertEqual(pickle.loads(pickle.dumps(rig)), rig)
        self.assertEqual(rig.values["infrared"]["width"], 320)
        self.assertIn("320x240", repr(rig))
        again = pickle.loads(pickle.dumps(seafusion.Warper(rig, "infrared")))
        self.assertEqual((again.width, again.height), (320, 240))

    def test_noise_is_refused(self):
        rng = np.random.default_rng(5)
        ir, visible = rng.integers(0, 256, (2, 96, 128), dtype="uint8")
        found = seafusion.align(ir, visible)
        self.assertEqual(found.verdict, "refused")
        self.assertIsNone(found.rig)

    def test_what_progress_raises_ends_the_call(self):
        def stop(report):
            raise KeyError("enough")

        with self.assertRaisesRegex(KeyError, "enough"):
            seafusion.align(*self.pairs[0], progress=stop)


if __name__ == "__main__":
    unittest.main()

import os
import tempfile
import unittest
from pathlib import Path

import numpy as np

import seafusion
from scenes import scene, shared


class PictureFilesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_what_is_written_is_read(self):
        for dtype in ("uint8", "uint16"):
            ir, visible = scene(dtype=dtype)
            for name in (f"{dtype}.png", f"{dtype}.tif"):
                with self.subTest(name):
                    paths = self.folder / f"ir_{name}", self.folder / f"vi_{name}"
                    for path, picture in zip(paths, (ir, visible)):
                        seafusion.write_picture(path, picture)
                    pair = seafusion.read_pair(*paths)
                    np.testing.assert_array_equal(pair.ir, ir)
                    np.testing.assert_array_equal(pair.visible, visible)
                    self.assertEqual((pair.ir.dtype, pair.rig, pair.thermometer), (ir.dtype, None, None))
                    self.assertTrue(pair.ir.flags.writeable)
                    with self.assertRaises(FileExistsError):
                        seafusion.write_picture(paths[0], ir)
                    seafusion.write_picture(paths[0], ir[::2], overwrite=True)

    def test_opacity_is_kept(self):
        ir, visible = scene(dtype="uint16")
        alpha = np.arange(ir.size, dtype=np.uint16).reshape(ir.shape)
        seafusion.write_picture(self.folder / "ir.png", ir)
        for name in ("vi.png", "vi.tif"):
            seafusion.write_picture(self.folder / name, visible, alpha=alpha)
            pair = seafusion.read_pair(self.folder / "ir.png", self.folder / name)
            np.testing.assert_array_equal(pair.visible, visible)
            np.testing.assert_array_equal(pair.alpha, alpha)
        self.assertIsNone(seafusion.read_pair(self.folder / "ir.png", self.folder / "ir.png", force=True).alpha)
        for name, bad in (("x.jpg", alpha), ("x.png", alpha[1:]), ("x.png", alpha.astype(np.float32))):
            with self.assertRaises(ValueError):
                seafusion.write_picture(self.folder / name, visible, alpha=bad)
        self.assertFalse((self.folder / "x.png").exists())

    def test_crops_and_names_of_all_bytes(self):
        ir, visible = scene()
        for name in ("größe 中.png", os.fsdecode(b"bad\xff.png")):
            path = self.folder / name
            seafusion.write_picture(path, visible[4:20, 8:30])
            np.testing.assert_array_equal(
                seafusion.read_pair(path, path, force=True).visible, visible[4:20, 8:30])
        with self.assertRaises(FileNotFoundError) as raised:
            seafusion.read_pair(b"no/bad\xff.png", b"no/b.png")
        self.assertIn("no/bad", str(raised.exception))

    def test_pictures_the_wrong_way_round(self):
        _, visible = scene()
        path = self.folder / "vi.png"
        seafusion.write_picture(path, visible)
        with self.assertRaises(ValueError):
            seafusion.read_pair(path, path)

    def test_pairs_without_temperatures(self):
        ir, visible = scene()
        pair = seafusion.Pair(ir, visible, None, [], None)
        with self.assertRaisesRegex(ValueError, "temperature"):
            pair.celsius()

    def test_broken_and_large_files(self):
        ir, _ = scene()
        path = self.folder / "ir.png"
        seafusion.write_picture(path, ir)
        with self.assertRaises(seafusion.Error) as raised:
            seafusion.read_pair(path, path, max_pixels=100, force=True)
        self.assertEqual(raised.exception.code, "resource exhausted")
        path.write_bytes(path.read_bytes()[:-20])
        with self.assertRaises(seafusion.Error) as raised:
            seafusion.read_pair(path, path, force=True)
        self.assertEqual(raised.exception.code, "corrupt data")


class CameraFilesTest(unittest.TestCase):
    def test_a_file_with_both_pictures(self):
        folder = shared("data", "cameras", "flir_one")
        pair = seafusion.read_pair(next(folder.glob("*.jpg")))
        self.assertEqual((pair.ir.shape, pair.ir.dtype), ((320, 240), np.uint16))
        self.assertEqual((int(pair.ir.min()), int(pair.ir.max())), (12501, 20042))
        celsius = pair.celsius()
        self.assertAlmostEqual(celsius.min(), 25.948, places=2)
        self.assertAlmostEqual(celsius.max(), 62.320, places=2)
        self.assertAlmostEqual(pair.counts(25.948), 12501, delta=1)
        self.assertEqual(pair.visible.ndim, 3)
        warper = seafusion.Warper(pair.rig, "overlap")
        ir, visible = warper(pair.ir, pair.visible)
        fused = seafusion.fuse(ir, visible, ir_range=(pair.counts(20), pair.counts(60)))
        self.assertEqual(fused.shape, visible.shape)


if __name__ == "__main__":
    unittest.main()

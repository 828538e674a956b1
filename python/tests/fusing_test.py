import multiprocessing
import os
import pickle
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

import numpy as np

import seafusion
from scenes import ALL, command, scene, shared
from seafusion import _core


class FuseTest(unittest.TestCase):
    def test_the_result_has_the_visible_pictures_shape_and_dtype(self):
        for ir_dtype in ("uint8", "uint16", "float32"):
            for dtype in ("uint8", "uint16", "float32"):
                with self.subTest(ir=ir_dtype, visible=dtype):
                    ir, visible = scene(dtype=ir_dtype)[0], scene(dtype=dtype)[1]
                    fused = seafusion.fuse(ir, visible, ir_range="full")
                    self.assertEqual((fused.shape, fused.dtype), (visible.shape, visible.dtype))
                    gray = seafusion.fuse(ir, visible, ir_range="full", gray=True)
                    self.assertEqual((gray.shape, gray.dtype), (ir.shape, visible.dtype))
                    self.assertEqual(seafusion.fuse(ir, visible[..., 1], ir_range="full").ndim, 2)

    def test_all_dtypes_tell_the_same_picture(self):
        fuser = seafusion.Fuser(precision="fp32", ir_range="full")
        unit = fuser(*scene(dtype="float32"))
        for dtype in ("uint8", "uint16"):
            fused = fuser(*scene(dtype=dtype)) / np.iinfo(dtype).max
            self.assertLess(np.abs(fused - unit).max(), 0.02)
        self.assertTrue(0 <= unit.min() < unit.max() <= 1)

    def test_warm_things_stand_out(self):
        ir, visible = scene()
        luma = visible @ np.array([0.299, 0.587, 0.114])
        change = seafusion.fuse(ir, visible, gray=True) - luma
        inside = change[14:22, 18:30].mean()
        self.assertGreater(inside, change[30:, 40:].mean() + 30)

    def test_output_ranges(self):
        ir, visible = scene()
        visible = visible // 2 + 60
        fused = [seafusion.Fuser(range=kind)(ir, visible) for kind in (None, "gentle", "none")]
        np.testing.assert_array_equal(fused[0], fused[1])
        self.assertTrue((fused[1] != fused[2]).any())

    def test_infrared_ranges(self):
        ir, visible = scene(dtype="uint16")
        counts = (ir // 64 + 29000).astype("uint16")
        text = seafusion.fuse(counts, visible, ir_range="fixed:29000,30023")
        pair = seafusion.Fuser(ir_range=(29000, 30023))(counts, visible)
        np.testing.assert_array_equal(text, pair)
        inverted = seafusion.Fuser(ir_range=(29000, 30023), ir_invert=True)(counts, visible)
        self.assertGreater(np.abs(inverted.astype(int) - pair).mean(), 1000)

    def test_colour_infrared_is_its_brightness(self):
        ir, visible = scene()
        three = np.repeat(ir[..., None], 3, axis=2)
        np.testing.assert_array_equal(seafusion.fuse(three, visible), seafusion.fuse(ir, visible))

    def test_the_lite_network_and_other_methods(self):
        ir, visible = scene()
        full = seafusion.Fuser("full")
        self.assertEqual(seafusion.Fuser("lite").engine(), seafusion.Fuser().engine())
        self.assertNotEqual(full.engine(), seafusion.Fuser().engine())
        self.assertGreater(np.abs(full(ir, visible).astype(int) - seafusion.fuse(ir, visible)).max(), 0)
        average = seafusion.Fuser(method="average")(ir, visible[..., 0])
        np.testing.assert_allclose(average, (ir.astype(int) + visible[..., 0]) / 2, atol=0.5)
        names = [method.name for method in seafusion.methods()]
        self.assertEqual(names[0], "seafusion")
        self.assertIn("gtf", names)

    def test_precisions(self):
        ir, visible = scene()
        exact = seafusion.fuse(ir, visible, precision="fp32").astype(int)
        reference = seafusion.fuse(ir, visible, precision="reference")
        self.assertLessEqual(np.abs(exact - reference).max(), 1)
        self.assertIn("fp32", seafusion.Fuser().engine("uint16"))


class ArrayTest(unittest.TestCase):
    def test_rows_are_read_where_they_lie(self):
        wide = np.zeros((40, 90, 3), "uint8")
        batch = np.zeros((5, 40, 90), "float32")
        for name, view in {
            "whole": wide,
            "crop": wide[3:33, 7:71],
            "every second row": wide[::2],
            "one row": wide[4:5],
            "one column": wide[:, 6:7],
            "batch": batch,
            "every second of a batch, cropped": batch[::2, 4:30, 8:40],
            "a batch backwards": batch[::-1],
            "the same picture again and again": np.broadcast_to(batch[0], (7, 40, 90)),
            "uint16": np.zeros((40, 90), "uint16")[1:, 1:],
            "read-only": np.frombuffer(bytes(12 * 10), "uint8").reshape(10, 12),
            "other order of axes, same memory": np.zeros((90, 40), "uint8").T.T,
        }.items():
            with self.subTest(name):
                address, width, height, stride, _, copied = _core.view_of(view)
                last = view[-1] if view.ndim == 3 and view.shape[-1] != 3 else view
                self.assertFalse(copied)
                self.assertEqual(address, last.__array_interface__["data"][0])
                self.assertEqual((height, width), last.shape[:2])
                if height > 1:
                    self.assertEqual(stride, last.strides[0])

    def test_others_are_copied_and_mean_the_same(self):
        ir, visible = scene()
        expected = seafusion.fuse(ir, visible)
        swapped = np.ascontiguousarray(visible[..., ::-1])[..., ::-1]
        apart = np.repeat(ir, 2, axis=1)[:, ::2]
        upside_down = np.ascontiguousarray(ir[::-1])[::-1]
        rgba = np.dstack([visible, ir])[..., :3]
        odd = np.zeros(ir.nbytes * 2 + 1, "uint8")[1:].view("uint16").reshape(ir.shape)
        for view in (swapped, apart, upside_down, rgba, ir.T, odd):
            self.assertTrue(_core.view_of(view)[-1])
        np.testing.assert_array_equal(seafusion.fuse(ir, swapped), expected)
        np.testing.assert_array_equal(seafusion.fuse(apart, rgba), expected)
        np.testing.assert_array_equal(seafusion.fuse(upside_down, visible), expected)

    def test_crops_give_what_their_copies_give(self):
        ir, visible = scene(60, 80)
        crop = np.s_[5:45, 9:60]
        np.testing.assert_array_equal(
            seafusion.fuse(ir[crop], visible[crop]),
            seafusion.fuse(ir[crop].copy(), visible[crop].copy()),
        )

    def test_out_is_filled_where_it_is(self):
        ir, visible = scene()
        expected = seafusion.fuse(ir, visible)
        canvas = np.full((60, 80, 3), 7, "uint8")
        out = canvas[4:52, 8:72]
        address = out.__array_interface__["data"][0]
        self.assertIs(seafusion.fuse(ir, visible, out), out)
        self.assertEqual(out.__array_interface__["data"][0], address)
        np.testing.assert_array_equal(out, expected)
        canvas[4:52, 8:72] = 7
        self.assertTrue((canvas == 7).all())
        wide = seafusion.fuse(ir, visible, out=np.empty(visible.shape, "uint16"))
        self.assertEqual(wide.dtype, np.uint16)
        self.assertLessEqual(np.abs(wide / 257.0 - expected).max(), 1.5)

    def test_batches_are_their_pictures(self):
        pairs = [scene(seed=seed) for seed in range(3)]
        ir, visible = (np.stack(pictures) for pictures in zip(*pairs))
        fuser = seafusion.Fuser()
        fused = fuser(ir, visible)
        self.assertEqual(fused.shape, visible.shape)
        for i, pair in enumerate(pairs):
            np.testing.assert_array_equal(fused[i], fuser(*pair))
        self.assertEqual(fuser(ir, visible, gray=True).shape, ir.shape)
        out = np.empty_like(visible)
        self.assertIs(fuser(ir, visible, out), out)
        np.testing.assert_array_equal(out, fused)
        np.testing.assert_array_equal(fuser(ir[::-1], visible[::-1]), fused[::-1])

    def test_the_smallest_picture(self):
        self.assertEqual(seafusion.fuse(np.zeros((1, 1), "uint8"), np.zeros((1, 1, 3), "uint8")).shape, (1, 1, 3))

    def test_other_objects_that_are_arrays(self):
        ir, visible = scene()

        class Tensor:
            def __array__(self, dtype=None):
                return ir

        np.testing.assert_array_equal(seafusion.fuse(Tensor(), memoryview(visible)), seafusion.fuse(ir, visible))


class FuserTest(unittest.TestCase):
    def test_many_threads_share_one(self):
        pairs = [scene(seed=seed) for seed in range(8)]
        with seafusion.Fuser(threads=2) as fuser:
            expected = [fuser(*pair) for pair in pairs]
            failures = []

            def work(i):
                for k in range(6):
                    if not np.array_equal(fuser(*pairs[(i + k) % 8]), expected[(i + k) % 8]):
                        failures.append(i)

            threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(failures, [])

    def test_other_threads_run_meanwhile(self):
        ir, visible = scene(400, 500)
        fuser = seafusion.Fuser(precision="fp32", threads=1)
        turns, done = [0], threading.Event()

        def count():
            while not done.wait(0.001):
                turns[0] += 1

        counter = threading.Thread(target=count)
        counter.start()
        before = turns[0]
        fuser(ir, visible)
        during = turns[0] - before
        done.set()
        counter.join()
        self.assertGreater(during, 3)

    def test_closing(self):
        ir, visible = scene()
        fuser = seafusion.Fuser()
        with fuser as same:
            self.assertIs(same, fuser)
            same(ir, visible)
        fuser.close()
        self.assertIn("closed", repr(fuser))
        with self.assertRaisesRegex(ValueError, "closed"):
            fuser(ir, visible)

    def test_pickling(self):
        ir, visible = scene()
        fuser = seafusion.Fuser("lite", threads=1, gray=True)
        again = pickle.loads(pickle.dumps(fuser))
        np.testing.assert_array_equal(again(ir, visible), fuser(ir, visible))

    def test_children_of_a_fork(self):
        ir, visible = scene()
        fuser = seafusion.Fuser(threads=2)
        expected = fuser(ir, visible)
        seafusion.fuse(ir, visible)
        context = multiprocessing.get_context("fork")
        with context.Pool(2, initializer=_keep, initargs=(fuser,)) as pool:
            for fused in pool.starmap_async(_fuse_in_child, [(ir, visible)] * 4).get(timeout=60):
                np.testing.assert_array_equal(fused, expected)
        np.testing.assert_array_equal(fuser(ir, visible), expected)

    def test_weights_from_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaises(FileNotFoundError):
                seafusion.Fuser(Path(folder, "none.safetensors"))
            broken = Path(folder, "broken.safetensors")
            broken.write_bytes(b"\x10\0\0\0\0\0\0\0{nonsense}")
            with self.assertRaises(seafusion.Error) as raised:
                seafusion.Fuser(broken)
            self.assertEqual(raised.exception.code, "corrupt data")
            self.assertIn("broken.safetensors", str(raised.exception))
            self.assertIsInstance(raised.exception, RuntimeError)


_kept = None


def _keep(fuser):
    global _kept
    _kept = fuser


def _fuse_in_child(ir, visible):
    seafusion.fuse(ir, visible)
    return _kept(ir, visible)


class CommandTest(unittest.TestCase):
    """The pixels are the command's."""

    def check(self, infrared, visible, bits):
        """How many pairs were fused and are equal."""
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([command(), "fuse", "--ir", infrared, "--vis", visible, "-o", folder,
                            "--bits", str(bits), "--quiet"], check=True)
            names = sorted(os.listdir(folder))
            fuser = seafusion.Fuser()
            for name in names:
                stem = Path(name).stem
                pair = seafusion.read_pair(_with_stem(infrared, stem), _with_stem(visible, stem))
                theirs = seafusion.read_pair(Path(folder, name), Path(folder, name), force=True).ir
                out = np.empty(theirs.shape, f"uint{bits}")
                np.testing.assert_array_equal(fuser(pair.ir, pair.visible, out), theirs, err_msg=name)
            return len(names)

    def test_rendered_pairs(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([command(), "synth", "--out", folder, "--count", "2", "--size", "96x72",
                            "--quiet"], check=True)
            root = next(p.parent for p in Path(folder).rglob("ir") if p.is_dir())
            for bits in (8, 16):
                self.assertEqual(self.check(root / "ir", root / "vi", bits), 2)

    def test_real_pairs(self):
        root = shared("data", "msrs", "val")
        names = sorted(os.listdir(root / "vi"))[: None if ALL else 1]
        with tempfile.TemporaryDirectory() as folder:
            for kind in ("ir", "vi"):
                Path(folder, kind).mkdir()
                for name in names:
                    Path(folder, kind, name).symlink_to((root / kind / name).resolve())
            for bits in (8, 16):
                self.assertEqual(self.check(Path(folder, "ir"), Path(folder, "vi"), bits), 30 if ALL else 1)


def _with_stem(folder, stem):
    return next(path for path in Path(folder).iterdir() if path.stem == stem)


if __name__ == "__main__":
    unittest.main()

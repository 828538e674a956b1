"""What cannot be done is a clear error, never a crash: a table of calls, and what their errors say."""

import os
import tempfile
import unittest
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import as_strided

import seafusion
from scenes import scene

IR, VISIBLE = scene()
H, W = IR.shape
FUSER = seafusion.Fuser(threads=1)
ERROR = seafusion.Error
OUT = np.empty_like(VISIBLE)


def read_only():
    out = np.empty_like(VISIBLE)
    out.flags.writeable = False
    return out


def with_nan():
    visible = scene(dtype="float32")[1]
    visible[3, 5, 1] = np.nan
    return visible


def huge(*shape):
    """An array of that shape over one sample."""
    return as_strided(np.zeros(1, "uint8"), shape, (0,) * len(shape))


def closed():
    fuser = seafusion.Fuser(threads=1)
    fuser.close()
    return fuser


CALLS = [
    # (what, call, error, words of its text)
    ("no range", lambda: seafusion.Fuser(range=""), ValueError, "gentle, none, image"),
    ("None for ir", lambda: seafusion.fuse(None, VISIBLE), ValueError, "ir is NoneType"),
    ("None for visible", lambda: seafusion.fuse(IR, None), ValueError, "visible is NoneType"),
    ("a path for a picture", lambda: seafusion.fuse("ir.png", VISIBLE), ValueError, "ir is str"),
    ("a list", lambda: seafusion.fuse([[1, 2]], VISIBLE), ValueError, "ir is list"),
    ("a number", lambda: seafusion.fuse(3, VISIBLE), ValueError, "ir is int"),
    ("bytes", lambda: seafusion.fuse(b"abc", VISIBLE), ValueError, "ir"),
    ("no axes", lambda: seafusion.fuse(np.uint8(3), VISIBLE), ValueError, "ir has the shape ()"),
    ("one axis", lambda: seafusion.fuse(IR[0], VISIBLE), ValueError, "ir has the shape (64,)"),
    ("five axes", lambda: seafusion.fuse(IR[None, None, None], VISIBLE), ValueError, "a batch NxHxW"),
    ("four channels", lambda: seafusion.fuse(IR, np.zeros((H, W, 4), "uint8")), ValueError, "[..., :3]"),
    ("one channel", lambda: seafusion.fuse(IR[..., None], VISIBLE), ValueError, "a[..., 0]"),
    ("two channels", lambda: seafusion.fuse(IR, VISIBLE[..., :2]), ValueError, "a picture is HxW"),
    ("a batch of four channels", lambda: seafusion.fuse(IR, np.zeros((2, H, W, 4), "uint8")), ValueError, "HxWx3"),
    ("other heights", lambda: seafusion.fuse(IR[1:], VISIBLE), ValueError, "(47, 64)"),
    ("other widths", lambda: seafusion.fuse(IR, VISIBLE[:, 1:]), ValueError, "(48, 63, 3)"),
    ("turned", lambda: seafusion.fuse(IR.T, VISIBLE), ValueError, "same size"),
    ("a batch and a picture", lambda: seafusion.fuse(IR[None], VISIBLE), ValueError, "as many pictures"),
    ("batches of other lengths", lambda: FUSER(np.stack([IR] * 5), np.stack([VISIBLE] * 6)), ValueError, "as many"),
    ("no rows", lambda: seafusion.fuse(IR[:0], VISIBLE[:0]), ValueError, "empty"),
    ("no columns", lambda: seafusion.fuse(IR[:, :0], VISIBLE[:, :0]), ValueError, "empty"),
    ("an empty batch", lambda: seafusion.fuse(np.zeros((0, H, W), "uint8"), VISIBLE[None][:0]), ValueError, "empty"),
    ("float64", lambda: seafusion.fuse(IR / 255.0, VISIBLE), ValueError, "float64"),
    ("float16", lambda: seafusion.fuse(IR.astype("float16"), VISIBLE), ValueError, "float16"),
    ("int16", lambda: seafusion.fuse(IR.astype("int16"), VISIBLE), ValueError, "int16"),
    ("int64", lambda: seafusion.fuse(IR, VISIBLE.astype("int64")), ValueError, "int64"),
    ("bool", lambda: seafusion.fuse(IR > 9, VISIBLE), ValueError, "bool"),
    ("complex", lambda: seafusion.fuse(IR + 1j, VISIBLE), ValueError, "complex128"),
    ("objects", lambda: seafusion.fuse(IR.astype(object), VISIBLE), ValueError, "object"),
    ("records", lambda: seafusion.fuse(np.zeros((H, W), "u1,u1"), VISIBLE), ValueError, "uint8, uint16 or float32"),
    ("texts", lambda: seafusion.fuse(IR.astype("U3"), VISIBLE), ValueError, "dtype"),
    ("the other byte order", lambda: seafusion.fuse(IR.astype(">u2"), VISIBLE), ValueError, "byte order"),
    ("not a number", lambda: seafusion.fuse(IR, with_nan()), ValueError, "not finite"),
    ("infinity", lambda: seafusion.fuse(IR, np.full((H, W), np.inf, "float32")), ValueError, "not finite"),
    ("out of another type", lambda: seafusion.fuse(IR, VISIBLE, [1]), ValueError, "out is list"),
    ("out of another size", lambda: seafusion.fuse(IR, VISIBLE, OUT[1:]), ValueError, "(47, 64, 3)"),
    ("out of another dtype", lambda: seafusion.fuse(IR, VISIBLE, OUT.astype("int8")), ValueError, "out has the dtype int8"),
    ("out read-only", lambda: seafusion.fuse(IR, VISIBLE, read_only()), ValueError, "read-only"),
    ("out over columns apart", lambda: FUSER(IR, VISIBLE[..., 0], np.zeros((H, 2 * W), "uint8")[:, ::2]), ValueError, "one after another"),
    ("out backwards", lambda: FUSER(IR, VISIBLE, OUT[::-1]), ValueError, "one after another"),
    ("out in Fortran's order", lambda: FUSER(IR, VISIBLE[..., 0], np.zeros((H, W), "uint8", "F")), ValueError, "one after another"),
    ("out with rows on each other", lambda: FUSER(IR, VISIBLE[..., 0], as_strided(np.zeros(999, "uint8"), (H, W), (1, 1))), ValueError, "apart"),
    ("out with pictures on each other", lambda: FUSER(IR[None].repeat(2, 0), VISIBLE[None].repeat(2, 0), as_strided(OUT, (2, H, W, 3), (3, W * 3, 3, 1))), ValueError, "apart"),
    ("out over a source", lambda: FUSER(IR, VISIBLE[..., 0].copy(), IR), ValueError, "overlaps"),
    ("out over half of a source", lambda: seafusion.fuse(IR[:24], VISIBLE[:24, :, 0], IR[20:44]), ValueError, "overlaps"),
    ("gray into colour", lambda: seafusion.fuse(IR, VISIBLE, OUT, gray=True), ValueError, "gray=True"),
    ("a side beyond all numbers", lambda: seafusion.fuse(huge(2, 2**40), VISIBLE), ValueError, "longer"),
    ("too large to copy", lambda: seafusion.fuse(huge(2**20, 2**20), huge(2**20, 2**20)), ValueError, "too large"),
    ("a result larger than memory", lambda: FUSER(as_strided(IR, (2**31, H, W), (0, W, 1)), as_strided(IR, (2**31, H, W), (0, W, 1))), ERROR, "not enough memory"),
    ("a range that is none", lambda: seafusion.fuse(IR, VISIBLE, ir_range="fixd:1,2"), ValueError, "fixd"),
    ("a range upside down", lambda: seafusion.fuse(IR, VISIBLE, ir_range=(9, 3)), ValueError, "LO < HI"),
    ("a range of one number", lambda: seafusion.fuse(IR, VISIBLE, ir_range=(9,)), ValueError, "pair of numbers"),
    ("a range of no numbers", lambda: seafusion.fuse(IR, VISIBLE, ir_range=None or {}), ValueError, "pair of numbers"),
    ("an output range that is none", lambda: seafusion.Fuser(range="minmax"), ValueError, "minmax"),
    ("a precision that is none", lambda: seafusion.Fuser(precision="fp64"), ValueError, "fp64"),
    ("a precision the network lacks", lambda: seafusion.Fuser("full", precision="int8"), ERROR, "int8"),
    ("a processor that is none", lambda: seafusion.Fuser(cpu_target="6502"), ValueError, "6502"),
    ("negative threads", lambda: seafusion.Fuser(threads=-1), ValueError, "threads"),
    ("half a thread", lambda: seafusion.Fuser(threads=0.5), ValueError, "threads"),
    ("a million threads", lambda: seafusion.Fuser(threads=10**6), ValueError, "thread"),
    ("a tile too large", lambda: seafusion.Fuser(tile=513), ValueError, "tile"),
    ("a method that is none", lambda: seafusion.Fuser(method="gft"), ValueError, "gft"),
    ("a method without its weights", lambda: seafusion.Fuser(method="mst-sr"), ERROR, "needs a dictionary"),
    ("no such model", lambda: seafusion.Fuser("no/such.safetensors"), FileNotFoundError, "no/such.safetensors"),
    ("a folder for a model", lambda: seafusion.Fuser(os.curdir), ValueError, "not a regular file"),
    ("None for a model", lambda: seafusion.Fuser(None), ValueError, "model is NoneType"),
    ("a file that is no model", lambda: seafusion.Fuser(__file__), ERROR, "bad_calls_test.py"),
    ("a closed Fuser", lambda: closed()(IR, VISIBLE), ValueError, "closed"),
    ("metrics of floats", lambda: seafusion.metrics(IR, VISIBLE, scene(dtype="float32")[1]), ValueError, "uint8"),
    ("metrics of other sizes", lambda: seafusion.metrics(IR, VISIBLE, VISIBLE[1:]), ValueError, "same size"),
    ("metrics of nothing", lambda: seafusion.metrics(IR, VISIBLE, None), ValueError, "fused is NoneType"),
    ("a metric that is none", lambda: seafusion.metrics(IR, VISIBLE, VISIBLE, metrics="EN,XY"), ValueError, "'XY'"),
    ("no metrics", lambda: seafusion.metrics(IR, VISIBLE, VISIBLE, metrics=[]), ValueError, "metric"),
    ("metrics that are no names", lambda: seafusion.metrics(IR, VISIBLE, VISIBLE, metrics=[1]), ValueError, "a metric"),
    ("a convention that is none", lambda: seafusion.metrics(IR, VISIBLE, VISIBLE, "matlab"), ValueError, "matlab"),
    ("aligning nothing", lambda: seafusion.align([], []), ValueError, "at least one pair"),
    ("aligning pictures too small", lambda: seafusion.align(IR[:20], VISIBLE), ValueError, "32"),
    ("aligning unequal numbers", lambda: seafusion.align([IR, IR], [VISIBLE]), ValueError, "2 pictures"),
    ("aligning with a model that is none", lambda: seafusion.align(IR, VISIBLE, model="affine"), ValueError, "affine"),
    ("a field ratio of one number", lambda: seafusion.align(IR, VISIBLE, field_ratio=1), ValueError, "two numbers"),
    ("a rig that is none", lambda: seafusion.Rig("{}"), ERROR, ""),
    ("a rig of no text", lambda: seafusion.Rig(3), ValueError, "int"),
    ("a rig that is not there", lambda: seafusion.Rig.load("no/rig.json"), FileNotFoundError, "no/rig.json"),
    ("a warper of no rig", lambda: seafusion.Warper("rig.json"), ValueError, "not a Rig"),
    ("reading what is not there", lambda: seafusion.read_pair("no/ir.png", "no/vi.png"), FileNotFoundError, "no/ir.png"),
    ("reading what is no picture", lambda: seafusion.read_pair(__file__, __file__), ERROR, "bad_calls_test.py"),
    ("reading None", lambda: seafusion.read_pair(None), ValueError, "path is NoneType"),
    ("writing where nothing can be", lambda: seafusion.write_picture("no/such/folder/a.png", IR), OSError, "a.png"),
    ("writing 16 bits as JPEG", lambda: seafusion.write_picture("a.jpg", IR.astype("uint16")), ValueError, "16-bit"),
    ("writing floats", lambda: seafusion.write_picture("a.png", IR.astype("float32")), ValueError, "floating-point"),
    ("writing what has no format", lambda: seafusion.write_picture("a.xyz", IR), ValueError, ".png"),
    ("comparing what is not there", lambda: seafusion.compare("no/such", "out"), OSError, "no/such"),
    ("comparing methods that are none", lambda: seafusion.compare("a", "out", methods="gft"), ValueError, "gft"),
    ("comparing under a name that leads away", lambda: seafusion.compare("a", "out", pictures={"../x": "b"}), ValueError, "cannot name a folder"),
    ("training without settings", lambda: seafusion.train(None), ValueError, "not a mapping"),
]


class BadCallsTest(unittest.TestCase):
    def test_each_is_a_clear_error(self):
        self.assertGreaterEqual(len(CALLS), 50)
        with tempfile.TemporaryDirectory() as folder:
            before = os.getcwd()
            os.chdir(folder)
            try:
                for what, call, error, words in CALLS:
                    with self.subTest(what):
                        with self.assertRaises(error) as raised:
                            call()
                        text = str(raised.exception)
                        self.assertIn(words, text)
                        self.assertTrue(text)
                        self.assertNotIn("\n", text)
                self.assertEqual(os.listdir(folder), [])
            finally:
                os.chdir(before)
        # Nothing is left in a state in which it does not work.
        np.testing.assert_array_equal(FUSER(IR, VISIBLE), seafusion.fuse(IR, VISIBLE))

    def test_train_without_the_module(self):
        old = os.environ.get("SEAFUSION_LEARNING")
        os.environ["SEAFUSION_LEARNING"] = str(Path("no", "such", "library.so"))
        try:
            for settings, error, words in [
                ({"data": "a", "out": "b"}, ERROR, "library.so is missing"),
                ({"data": "a"}, ValueError, "data and out"),
                ({"data": "a", "out": "b", "stpes": 3}, ValueError, "stpes"),
                ({"data": "a", "out": "b", "steps": "many"}, ValueError, "steps cannot be 'many'"),
                ({"data": "a", "out": "b", "steps": 1.5}, ValueError, "steps cannot be 1.5"),
                ({"data": "a", "out": "b", "steps": True}, ValueError, "steps cannot be True"),
                ({"data": "a", "out": "b", "steps": 3, "preset": "small"}, ValueError, "use set"),
                ({"data": 3, "out": "b"}, ValueError, "data is int"),
            ]:
                with self.subTest(settings):
                    with self.assertRaises(error) as raised:
                        seafusion.train(settings)
                    self.assertIn(words, str(raised.exception))
            with self.assertRaises(ERROR):
                seafusion.Fuser(method="densefuse", model=__file__)
        finally:
            if old is None:
                del os.environ["SEAFUSION_LEARNING"]
            else:
                os.environ["SEAFUSION_LEARNING"] = old


if __name__ == "__main__":
    unittest.main()

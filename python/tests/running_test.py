import importlib
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

import numpy as np

import seafusion
from scenes import ALL, scene
from seafusion import _learning


class CompareTest(unittest.TestCase):
    def test_methods_side_by_side(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for kind in ("ir", "vi", "theirs"):
                (folder / kind).mkdir()
            for i in range(2):
                ir, visible = scene(seed=i)
                seafusion.write_picture(folder / "ir" / f"{i}.png", ir)
                seafusion.write_picture(folder / "vi" / f"{i}.png", visible)
                seafusion.write_picture(folder / "theirs" / f"{i}.png", visible)
            reports, lines = [], []
            result = seafusion.compare(
                folder, folder / "out", methods=["seafusion", "average"], metrics="six",
                convention="f255", range="none", pictures={"Visible alone": folder / "theirs"},
                progress=reports.append, message=lines.append)
            self.assertTrue((folder / "out" / "compare.json").exists())
            self.assertIn("SeAFusion", result.text)
            self.assertIn("Visible alone", result.text)
            self.assertIsInstance(result.values, dict)
            self.assertEqual(reports[-1].done, reports[-1].total)
            fused = seafusion.read_pair(folder / "out/fused/Average/0.png", folder / "vi/0.png", force=True).ir
            ir, visible = scene(seed=0)
            np.testing.assert_array_equal(fused, seafusion.Fuser(method="average")(ir, visible))

            def stop(report):
                raise RuntimeError("stopped here")

            with self.assertRaisesRegex(RuntimeError, "stopped here"):
                seafusion.compare(folder, folder / "again", methods="average", progress=stop)
            with self.assertRaisesRegex(ValueError, "comes twice"):
                seafusion.compare(folder, folder / "o", methods="average", pictures={"Average": folder / "vi"})


class TrainTest(unittest.TestCase):
    @unittest.skipUnless(os.path.exists(_learning.module()), "no learning module is built")
    def test_a_few_steps(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for kind in ("ir", "vi"):
                (folder / kind).mkdir()
            for i in range(3):
                ir, visible = scene(seed=i)
                seafusion.write_picture(folder / "ir" / f"{i}.png", ir)
                seafusion.write_picture(folder / "vi" / f"{i}.png", visible)
            reports = []
            settings = {"data": folder, "out": folder / "run", "steps": 3, "batch": 2, "crop": 32,
                        "warmup": 1, "threads": 1}
            weights = seafusion.train(settings, progress=reports.append)
            self.assertTrue(os.path.exists(weights))
            self.assertEqual(reports[-1].done, 3)
            ir, visible = scene()
            self.assertEqual(seafusion.Fuser(weights)(ir, visible).shape, visible.shape)
            with self.assertRaises(FileExistsError):
                seafusion.train(settings)


class InterruptTest(unittest.TestCase):
    """Ctrl-C ends a long call."""

    def interrupted(self, call):
        program = textwrap.dedent("""
            import os, signal, sys, threading, time
            import numpy as np
            import seafusion
            ir = np.zeros((2000, 3000), "uint8")
            visible = np.zeros((2000, 3000, 3), "uint8")
            fuser = seafusion.Fuser("full", precision="fp32", threads=1)
            threading.Timer(0.7, os.kill, (os.getpid(), signal.SIGINT)).start()
            began = time.monotonic()
            try:
                CALL
            except KeyboardInterrupt:
                print("interrupted after", time.monotonic() - began)
                small = fuser(ir[:8, :8], visible[:8, :8])
                sys.exit(0 if small.shape == (8, 8, 3) else 4)
            sys.exit(3)
            """).replace("CALL", call)
        result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_one_large_picture(self):
        self.interrupted("fuser(ir, visible)")

    def test_a_batch(self):
        self.interrupted("fuser(ir[:200, :300][None].repeat(400, 0), visible[:200, :300][None].repeat(400, 0))")


class ImportTest(unittest.TestCase):
    def test_it_brings_no_large_library(self):
        program = "import sys, numpy, seafusion; print(open('/proc/self/maps').read())"
        maps = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        self.assertNotIn("opencv", maps)
        self.assertNotIn("torch", maps)

    def test_help_describes_everything(self):
        for name in seafusion.__all__:
            self.assertTrue(getattr(seafusion, name).__doc__, name)
        self.assertRegex(seafusion.__version__, r"^\d+\.\d+\.\d+$")

    @unittest.skipUnless(ALL, "mypy takes long: ./dev python runs it")
    def test_types(self):
        package = Path(seafusion.__file__).parent
        user = Path(__file__).with_name("typed_user.py")
        for path in (package, user):
            result = subprocess.run(["mypy", "--strict", str(path)], capture_output=True, text=True, cwd=package,
                                    env={**os.environ, "MYPYPATH": str(package.parent)})
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_stubs_name_what_the_modules_have(self):
        for name in ("_core", "_geometry", "_imaging"):
            module = importlib.import_module(f"seafusion.{name}")
            stub = Path(seafusion.__file__).with_name(f"{name}.pyi").read_text()
            named = set(re.findall(r"^(?:def|class) (\w+)", stub, re.MULTILINE))
            self.assertEqual({n for n in vars(module) if not n.startswith("_")}, named, name)


if __name__ == "__main__":
    unittest.main()

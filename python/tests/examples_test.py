import importlib.util
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import seafusion
from scenes import scene

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


class ExamplesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        for kind in ("ir", "vi"):
            (cls.folder / kind).mkdir()
        for i in range(3):
            for kind, picture in zip(("ir", "vi"), scene(72, 80, seed=i)):
                seafusion.write_picture(cls.folder / kind / f"{i}.png", picture)

    def run_example(self, name, *arguments):
        result = subprocess.run([sys.executable, EXAMPLES / name, *map(str, arguments)],
                                capture_output=True, text=True, timeout=120)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def test_a_folder_and_its_table(self):
        f = self.folder
        self.assertIn("fused 3 pairs", self.run_example("fuse_folder.py", f / "ir", f / "vi", f / "fused"))
        table = self.run_example("metrics_table.py", f / "ir", f / "vi", f / "fused", "--csv", f / "m.csv")
        self.assertIn("3 pictures", table)
        self.assertIn("Qabf", table)
        self.assertEqual(len((f / "m.csv").read_text().splitlines()), 4)

    def test_a_loader(self):
        text = self.run_example("data_loader.py", self.folder / "ir", self.folder / "vi", "--batch", 2, "--epochs", 2)
        self.assertIn("epoch 1: batch (1, 3, 64, 64)", text)

    @unittest.skipUnless(importlib.util.find_spec("cv2"), "OpenCV's Python module is not installed")
    def test_a_camera_loop(self):
        import cv2

        for kind in ("ir", "vi"):
            writer = cv2.VideoWriter(str(self.folder / f"{kind}.avi"), cv2.VideoWriter_fourcc(*"MJPG"), 10, (80, 72))
            for i in range(3):
                picture = seafusion.read_pair(*[self.folder / kind / f"{i}.png"] * 2, force=True).visible
                writer.write(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR) if picture.ndim == 2 else picture)
            writer.release()
        text = self.run_example("camera_loop.py", self.folder / "vi.avi", self.folder / "ir.avi", "--headless")
        self.assertIn("3 frames", text)


if __name__ == "__main__":
    unittest.main()

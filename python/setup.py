"""Builds the extension modules with the project's CMake files: `pip install ./python`.

The version is that of the project, in CMakeLists.txt. A source distribution holds the C++ sources in
its folder `project`. $SEAFUSION_CMAKE_ARGS are further arguments for CMake.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.sdist import sdist

HERE = Path(__file__).resolve().parent
# Of a source distribution, or the repository that this folder lies in.
PROJECT = HERE / "project" if (HERE / "project").is_dir() else HERE.parent
NEEDED = ("CMakeLists.txt", "LICENSE", "NOTICE", "cmake", "include", "src", "scripts/layers",
          "weights/lite.safetensors", "weights/seafusion.safetensors", "python/CMakeLists.txt",
          "python/bindings", "python/seafusion")


def version() -> str:
    text = (PROJECT / "CMakeLists.txt").read_text()
    found = re.search(r"^project\(seafusion VERSION ([0-9.]+)", text, re.MULTILINE)
    if found is None:
        raise SystemExit(f"{PROJECT}/CMakeLists.txt has no version")
    return found[1]


class BuildWithCMake(build_ext):
    """All modules by one run of CMake, and no more of the project than they need."""

    def run(self) -> None:
        build = Path(self.build_temp).resolve()
        package = Path(self.get_ext_fullpath("seafusion._core")).resolve().parent
        package.mkdir(parents=True, exist_ok=True)
        settings = {
            "CMAKE_BUILD_TYPE": "Release",
            "Python_EXECUTABLE": sys.executable,
            "SEAFUSION_PYTHON": "ON",
            "SEAFUSION_PYTHON_OUTPUT": package,
            "SEAFUSION_GSTREAMER": "OFF",
            "SEAFUSION_LEARN": "OFF",
            "SEAFUSION_REPORT": "OFF",
            "SEAFUSION_SHARED": "OFF",
            "SEAFUSION_TASKS": "OFF",
            "SEAFUSION_TESTS": "OFF",
            "SEAFUSION_TOOLS": "OFF",
        }
        try:
            import pybind11

            settings["pybind11_DIR"] = pybind11.get_cmake_dir()
        except ImportError:  # where the system's is found
            pass
        command = ["cmake", "-S", str(PROJECT), "-B", str(build)]
        command += [f"-D{name}={value}" for name, value in settings.items()]
        if shutil.which("ninja"):
            command += ["-G", "Ninja"]
        if shutil.which("ccache"):
            command += ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"]
        command += shlex.split(os.environ.get("SEAFUSION_CMAKE_ARGS", ""))
        subprocess.run(command, check=True)
        jobs = os.environ.get("SEAFUSION_JOBS") or str(len(os.sched_getaffinity(0)))
        subprocess.run(["cmake", "--build", str(build), "--parallel", jobs,
                        "--target", "_core", "_geometry", "_imaging"], check=True)
        for module in package.glob("*.so"):
            subprocess.run(["strip", "--strip-unneeded", str(module)], check=True)

    def get_outputs(self) -> list:
        return [str(path) for path in Path(self.build_lib, "seafusion").glob("*.so")]


class SdistWithProject(sdist):
    """The C++ sources, too."""

    def make_release_tree(self, base_dir: str, files: list) -> None:
        super().make_release_tree(base_dir, files)
        target = Path(base_dir, "project")
        for name in NEEDED:
            source = PROJECT / name
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target / name, ignore=shutil.ignore_patterns(
                    "*_test.cc", "__pycache__", "*.so"))
            else:
                shutil.copy2(source, target / name)


setup(
    version=version(),
    # CMake builds them; the names make this a package for one platform.
    ext_modules=[Extension(f"seafusion.{name}", sources=[])
                 for name in ("_core", "_geometry", "_imaging")],
    cmdclass={"build_ext": BuildWithCMake, "sdist": SdistWithProject},
)

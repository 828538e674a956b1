"""Where the learning module of an installation is: a shared library with what runs on LibTorch."""

import os
import sys
import sysconfig
from typing import Dict, List

_NAME = "libseafusion_learning.so"


def _folders() -> List[str]:
    folders = [os.path.dirname(os.path.abspath(__file__))]
    multiarch = sysconfig.get_config_var("MULTIARCH") or ""
    for prefix in dict.fromkeys((sys.prefix, sys.base_prefix, "/usr/local", "/usr")):
        for library in (os.path.join("lib", multiarch), "lib"):
            folders.append(os.path.join(prefix, library, "seafusion"))
    return folders


def module() -> str:
    """The library: $SEAFUSION_LEARNING, in the package, or where an installation of the command has
    it; "" where there is none."""
    named = os.environ.get("SEAFUSION_LEARNING")
    if named is not None:
        return named
    for folder in _folders():
        path = os.path.join(folder, _NAME)
        if os.path.exists(path):
            return path
    return ""


def method_weights() -> Dict[str, str]:
    """Files of weights that an installation has for other methods, by the method's name."""
    library = module()
    if not library:
        return {}
    folder = os.path.dirname(os.path.abspath(library))
    for data in ("methods", "../../share/seafusion/methods", "../../../share/seafusion/methods"):
        methods = os.path.normpath(os.path.join(folder, data))
        if os.path.isdir(methods):
            return {
                name[: -len(".safetensors")]: os.path.join(methods, name)
                for name in sorted(os.listdir(methods))
                if name.endswith(".safetensors")
            }
    return {}

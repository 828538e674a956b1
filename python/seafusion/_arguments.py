"""What the functions of the package take beside arrays."""

import os
from typing import Tuple, Union

Path = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]

#: "auto", "full", "minmax", "percentile:P", "percentile:LO,HI", "fixed:LO,HI", or (LO, HI).
Range = Union[str, Tuple[float, float]]


def path_bytes(path: Path, name: str) -> bytes:
    try:
        return os.fsencode(path)
    except TypeError:
        raise ValueError(f"{name} is {type(path).__name__}, not a path") from None


def range_text(value: Range, name: str) -> str:
    if isinstance(value, str):
        return value
    try:
        lo, hi = value
        return f"fixed:{float(lo)!r},{float(hi)!r}"
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {value!r}, neither a text nor a pair of numbers") from None


def text(value: str, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} is {type(value).__name__}, not a text")
    return value


def count(value: int, name: str) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise ValueError(f"{name} is {value!r}, not an integer")
    number = value.__index__()
    if not 0 <= number < 2**31:
        raise ValueError(f"{name} is {number}, not in 0..{2**31 - 1}")
    return number

from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from numpy.typing import NDArray

class Error(RuntimeError):
    code: str

class Fuser:
    def __init__(
        self,
        model: bytes,
        method: str,
        precision: str,
        threads: int,
        cpu_target: str,
        tile: int,
        learning: bytes,
    ) -> None: ...
    def check(self, ir_range: str, range: Optional[str]) -> None: ...
    def fuse(
        self,
        ir: object,
        visible: object,
        out: object,
        ir_range: str,
        ir_invert: bool,
        range: Optional[str],
        gray: bool,
    ) -> NDArray[Any]: ...
    def engine(self, bits: int) -> str: ...

def version() -> str: ...
def weights_sha256(name: str) -> str: ...
def view_of(array: object) -> Tuple[int, int, int, int, str, bool]: ...
def methods() -> List[Tuple[str, str, str, str, str, str, str, bool]]: ...
def metrics(
    ir: object, visible: object, fused: object, names: str, convention: str, threads: int
) -> Dict[str, Any]: ...
def metric_descriptions() -> List[Tuple[str, str, str, str, str, bool, str, str]]: ...
def train(
    settings: Dict[str, Any],
    learning: bytes,
    progress: Optional[Callable[..., object]],
    message: Optional[Callable[[str], object]],
) -> str: ...

from typing import Any, Callable, Dict, Optional, Tuple

import numpy as np
from numpy.typing import NDArray

class Thermometer:
    def celsius(self, counts: Any) -> Any: ...
    def counts(self, celsius: Any) -> Any: ...

def read_pair(
    ir: bytes,
    visible: bytes,
    shown: bool,
    page: Optional[int],
    max_pixels: int,
    force: bool,
) -> Dict[str, Any]: ...
def write_picture(path: bytes, picture: object, alpha: object, overwrite: bool) -> None: ...
def compare(
    settings: Dict[str, Any],
    progress: Optional[Callable[..., object]],
    message: Optional[Callable[[str], object]],
) -> Tuple[str, str]: ...

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
SHARED = HERE.parents[3] / "shared"  # beside the project; holds other people's weights and pictures, so it may be missing

torch = pytest.importorskip("torch", reason="PyTorch is not installed: models/export/requirements.txt says which")
torch.set_num_threads(1)


@pytest.fixture
def shared():
    if not SHARED.is_dir():
        pytest.skip("../shared with the trained weights is not here")
    return SHARED


@pytest.fixture
def tell(capsys):
    """Prints past pytest's capture: the largest differences belong into every run's record."""

    def say(text: str) -> None:
        with capsys.disabled():
            print(f"\n  {text}", end="")

    return say

from collections.abc import Mapping

from torch import Tensor

from checkpoint_error import CheckpointError


def weight_shape(state: Mapping[str, Tensor], key: str) -> tuple[int, int, int, int]:
    """(out, in, rows, columns) of a convolution's weights. Raises CheckpointError when they are not there or not that."""
    if key not in state:
        raise CheckpointError(f"This is not a checkpoint of the networks that are exported here: it has no {key}.")
    if state[key].dim() != 4:
        raise CheckpointError(f"{key} is not a convolution: its shape is {tuple(state[key].shape)}.")
    out, inner, rows, columns = state[key].shape
    return out, inner, rows, columns

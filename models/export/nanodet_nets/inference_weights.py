from collections import OrderedDict
from collections.abc import Mapping

from torch import Tensor

TRAINING_ONLY = ("aux_fpn.", "aux_head.")


def inference_weights(state: Mapping[str, Tensor]) -> OrderedDict[str, Tensor]:
    """The weights that detection uses, without prefix, from any checkpoint that NanoDet's training writes.

    Lightning's keys begin with `model.`; where `avg_model.` holds the moving average of a key, that one is taken, as
    NanoDet's own load_model_weight does. The auxiliary head and its neck serve training alone, and `head.gfl_reg` is
    built but never used when the head shares its last convolution. Source: nanodet/util/check_point.py.
    """
    weights: OrderedDict[str, Tensor] = OrderedDict()
    averaged: OrderedDict[str, Tensor] = OrderedDict()
    for key, tensor in state.items():
        key = key.removeprefix("module.")
        if key.startswith("avg_model."):
            averaged[key.removeprefix("avg_model.")] = tensor
        else:
            weights[key.removeprefix("model.")] = tensor
    weights.update(averaged)
    shared = not any(key.startswith("head.reg_convs.") for key in weights)
    unused = (*TRAINING_ONLY, "head.gfl_reg.") if shared else TRAINING_ONLY
    return OrderedDict((key, tensor) for key, tensor in weights.items() if not key.startswith(unused))

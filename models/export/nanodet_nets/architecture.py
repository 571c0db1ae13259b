from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from checkpoint_error import CheckpointError
from weight_shape import weight_shape

from .custom_csp_net import OUT_CHANNELS


@dataclass(frozen=True)
class Architecture:
    plus: bool
    csp: bool
    backbone_channels: tuple[int, int, int]
    channels: int
    levels: int
    convs: int
    head_kernel: int
    depthwise: bool
    classes: int
    bins: int

    def __str__(self) -> str:
        backbone = "CustomCspNet" if self.csp else f"ShuffleNetV2 of {'/'.join(map(str, self.backbone_channels))} channels"
        family = "NanoDet-Plus" if self.plus else "NanoDet"
        return f"{family}, {backbone}, {self.levels} levels of {self.channels} channels, {self.classes} classes, {self.bins} bins"

    @property
    def strides(self) -> list[int]:
        return [8 * 2**level for level in range(self.levels)]


def architecture_of(state: Mapping[str, Tensor]) -> Architecture:
    """Reads off the weights what they are of. Raises CheckpointError naming what is not supported."""
    for key in ("head.gfl_cls.0.weight", "head.distribution_project.project"):
        if key not in state:
            raise CheckpointError(f"This is not a NanoDet or NanoDet-Plus checkpoint: it has no {key}.")
    if any(key.startswith("head.reg_convs.") for key in state):
        raise CheckpointError("The head has convolutions of its own for the sides (share_cls_reg: False), which is not exported.")
    plus = any(key.startswith("fpn.reduce_layers.") for key in state)
    pan = "fpn.lateral_convs.0.conv.weight" in state and not any(key.startswith("fpn.transformer.") for key in state)
    if not plus and not pan:
        raise CheckpointError("The neck is neither PAN (NanoDet v0.x) nor GhostPAN (NanoDet-Plus), all that is exported.")
    csp = "backbone.stages.0.conv.weight" in state
    depthwise = "head.cls_convs.0.0.depthwise.weight" in state
    bins = state["head.distribution_project.project"].numel()
    both, channels, _, _ = weight_shape(state, "head.gfl_cls.0.weight")
    return Architecture(
        plus=plus,
        csp=csp,
        backbone_channels=OUT_CHANNELS if csp else shufflenet_channels(state),
        channels=channels,
        levels=count(state, "head.gfl_cls."),
        convs=count(state, "head.cls_convs.0."),
        head_kernel=weight_shape(state, f"head.cls_convs.0.0.{'depthwise' if depthwise else 'conv'}.weight")[2],
        depthwise=depthwise,
        classes=both - 4 * bins,
        bins=bins,
    )


def shufflenet_channels(state: Mapping[str, Tensor]) -> tuple[int, int, int]:
    keys = [f"backbone.stage{stage}.0.branch1.2.weight" for stage in (2, 3, 4)]
    if any(key not in state for key in keys):
        raise CheckpointError("The backbone is neither ShuffleNetV2 nor NanoDet-g's CustomCspNet, all that is exported.")
    two, three, four = (2 * weight_shape(state, key)[0] for key in keys)
    return two, three, four


def count(state: Mapping[str, Tensor], prefix: str) -> int:
    return len({key[len(prefix) :].split(".")[0] for key in state if key.startswith(prefix)})

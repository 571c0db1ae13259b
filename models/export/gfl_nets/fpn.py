from torch import Tensor, nn
from torch.nn import functional

from .conv_module import ConvModule

CHANNELS = 256


class FPN(nn.Module):
    """C3, C4, C5 -> P3..P7 of 256 channels, strides 8..128.

    P6 comes from P5's output and P7 from P6 (add_extra_convs='on_output'), without ReLU between; no norm anywhere.
    Source: mmdet/models/necks/fpn.py with configs/gfl/gfl_r50_fpn_1x_coco.py.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lateral_convs = nn.ModuleList(ConvModule(channels, CHANNELS, 1) for channels in (512, 1024, 2048))
        self.fpn_convs = nn.ModuleList(ConvModule(CHANNELS, CHANNELS, 3, stride) for stride in (1, 1, 1, 2, 2))

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        merged = [lateral(feature) for lateral, feature in zip(self.lateral_convs, features, strict=True)]
        for level in (2, 1):
            below = merged[level - 1]
            merged[level - 1] = below + functional.interpolate(merged[level], size=below.shape[2:], mode="nearest")
        outs = [self.fpn_convs[level](feature) for level, feature in enumerate(merged)]
        outs.append(self.fpn_convs[3](outs[-1]))
        outs.append(self.fpn_convs[4](outs[-1]))
        return outs

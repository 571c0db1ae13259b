import torch
from torch import Tensor, nn

from .conv_norm_act import ConvNormAct

OUT_CHANNELS = (128, 256, 512)


class ConcatBlock(nn.Module):
    """Two 3x3 convolutions of half the channels, one after the other; both results are kept, the later one first."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.in_conv = ConvNormAct(channels, channels // 2, 3)
        self.mid_conv = ConvNormAct(channels // 2, channels // 2, 3)

    def forward(self, x: Tensor) -> Tensor:
        first = self.in_conv(x)
        return torch.cat([self.mid_conv(first), first], 1)


class CspBlock(nn.Module):
    """Doubles the channels: what went through the blocks, then what passed them by."""

    def __init__(self, channels: int, blocks: int, stride: int) -> None:
        super().__init__()
        self.in_conv = ConvNormAct(channels, channels, 3, stride)
        self.res_blocks = nn.Sequential(*(ConcatBlock(channels) for _ in range(blocks)))
        self.res_out_conv = ConvNormAct(channels, channels, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.in_conv(x)
        return torch.cat([self.res_out_conv(self.res_blocks(x)), x], 1)


class CustomCspNet(nn.Module):
    """NanoDet-g's backbone: strides 8, 16, 32 (backbone/custom_csp.py with config/legacy_v0.x_configs/nanodet-g.yml)."""

    def __init__(self) -> None:
        super().__init__()
        self.stages = nn.ModuleList([
            ConvNormAct(3, 32, 3, 2),
            nn.MaxPool2d(3, 2, 1),
            CspBlock(32, 1, 1),
            CspBlock(64, 2, 2),
            CspBlock(128, 2, 2),
            CspBlock(256, 3, 2),
        ])  # fmt: skip

    def forward(self, x: Tensor) -> list[Tensor]:
        features = []
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        return features[3:]

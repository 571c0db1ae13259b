from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from .conv_norm_act import ConvNormAct
from .depthwise_conv import DepthwiseConv
from .ghost_bottleneck import GhostBottleneck


class GhostBlocks(nn.Module):
    """One bottleneck, under the name that the checkpoints have for a stack of them."""

    def __init__(self, channels: int, kernel: int) -> None:
        super().__init__()
        self.blocks = nn.Sequential(GhostBottleneck(2 * channels, channels, kernel))

    def forward(self, x: Tensor) -> Tensor:
        return self.blocks(x)


class GhostPAN(nn.Module):
    """Strides 8, 16, 32 -> 8, 16, 32, 64, all of `channels_out` channels (nanodet/model/fpn/ghost_pan.py)."""

    def __init__(self, channels: Sequence[int], channels_out: int, kernel: int) -> None:
        super().__init__()
        self.reduce_layers = nn.ModuleList(ConvNormAct(channels_in, channels_out, 1) for channels_in in channels)
        self.top_down_blocks = nn.ModuleList(GhostBlocks(channels_out, kernel) for _ in channels[1:])
        self.downsamples = nn.ModuleList(DepthwiseConv(channels_out, channels_out, kernel, 2) for _ in channels[1:])
        self.bottom_up_blocks = nn.ModuleList(GhostBlocks(channels_out, kernel) for _ in channels[1:])
        self.extra_lvl_in_conv = nn.ModuleList([DepthwiseConv(channels_out, channels_out, kernel, 2)])
        self.extra_lvl_out_conv = nn.ModuleList([DepthwiseConv(channels_out, channels_out, kernel, 2)])

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        reduced = [layer(feature) for layer, feature in zip(self.reduce_layers, features, strict=True)]
        inner = [reduced[-1]]
        for block, low in zip(self.top_down_blocks, reduced[-2::-1], strict=True):
            high = functional.interpolate(inner[0], scale_factor=2, mode="bilinear")
            inner.insert(0, block(torch.cat([high, low], 1)))
        outs = [inner[0]]
        for downsample, block, high in zip(self.downsamples, self.bottom_up_blocks, inner[1:], strict=True):
            outs.append(block(torch.cat([downsample(outs[-1]), high], 1)))
        outs.append(self.extra_lvl_in_conv[0](reduced[-1]) + self.extra_lvl_out_conv[0](outs[-1]))
        return outs

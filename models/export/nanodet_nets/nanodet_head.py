from torch import Tensor, nn

from integral import Integral

from .conv_norm_act import ConvNormAct
from .depthwise_conv import DepthwiseConv


class NanoDetHead(nn.Module):
    """Own convolutions for every level; one last 1x1 gives classes and sides together (share_cls_reg).

    Per level (batch, points, classes) scores, sigmoid applied, and (batch, points, 4*bins) logits of left, top, right,
    bottom: first all scores, then all sides. Source: nanodet/model/head/nanodet_head.py, as it exports.
    """

    def __init__(self, levels: int, channels: int, convs: int, kernel: int, depthwise: bool, classes: int, bins: int) -> None:
        super().__init__()
        self.classes = classes
        conv = DepthwiseConv if depthwise else ConvNormAct
        self.distribution_project = Integral(bins)
        self.cls_convs = nn.ModuleList(
            nn.ModuleList(conv(channels, channels, kernel) for _ in range(convs)) for _ in range(levels)
        )
        self.gfl_cls = nn.ModuleList(nn.Conv2d(channels, classes + 4 * bins, 1) for _ in range(levels))

    def raw(self, pyramid: list[Tensor]) -> list[Tensor]:
        """Per level (batch, points, classes + 4*bins), before the sigmoid."""
        outs = []
        for x, convs, last in zip(pyramid, self.cls_convs, self.gfl_cls, strict=True):
            for conv in convs:
                x = conv(x)
            outs.append(last(x).flatten(2).transpose(1, 2))
        return outs

    def forward(self, pyramid: list[Tensor]) -> tuple[Tensor, ...]:
        levels = self.raw(pyramid)
        scores = [level[..., : self.classes].sigmoid() for level in levels]
        return (*scores, *(level[..., self.classes :] for level in levels))

import torch
from torch import Tensor

from .nanodet_head import NanoDetHead


class NanoDetPlusHead(NanoDetHead):
    """The same head with all levels in one tensor (batch, points, classes + 4*bins): scores first, finest level first.

    Source: nanodet/model/head/nanodet_plus_head.py _forward_onnx.
    """

    def forward(self, pyramid: list[Tensor]) -> Tensor:
        points = torch.cat(self.raw(pyramid), 1)
        return torch.cat([points[..., : self.classes].sigmoid(), points[..., self.classes :]], 2)

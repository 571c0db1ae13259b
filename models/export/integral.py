import torch
from torch import nn


class Integral(nn.Module):
    """Holds the bin values 0..bins-1 that every checkpoint carries. The integral itself is taken by the detector."""

    def __init__(self, bins: int) -> None:
        super().__init__()
        self.register_buffer("project", torch.linspace(0, bins - 1, bins))

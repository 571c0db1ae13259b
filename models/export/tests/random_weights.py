import torch
from torch import nn


def random_weights(net: nn.Module, seed: int) -> nn.Module:
    """Seeded weights under which no layer dies or saturates, and in which every BatchNorm, GroupNorm and scale matters."""
    generator = torch.Generator().manual_seed(seed)

    def uniform(tensor: torch.Tensor, low: float, high: float) -> None:
        tensor.copy_(torch.rand(tensor.shape, generator=generator) * (high - low) + low)

    with torch.no_grad():
        for module in net.modules():
            if isinstance(module, nn.Conv2d):
                inputs = module.weight[0].numel()
                module.weight.copy_(torch.randn(module.weight.shape, generator=generator) * inputs**-0.5)
                if module.bias is not None:
                    uniform(module.bias, -1.5, 0.5)
            elif isinstance(module, nn.BatchNorm2d | nn.GroupNorm):
                uniform(module.weight, 0.7, 1.3)
                uniform(module.bias, -0.2, 0.4)
            if isinstance(module, nn.BatchNorm2d):
                uniform(module.running_mean, -0.2, 0.2)
                uniform(module.running_var, 0.4, 1.2)
        for name, parameter in net.named_parameters():
            if name.endswith(".scale"):
                uniform(parameter, 0.6, 1.4)
    return net.eval()

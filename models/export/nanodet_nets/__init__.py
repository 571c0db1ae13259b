"""NanoDet and NanoDet-Plus in plain PyTorch; module names are those of the checkpoints."""

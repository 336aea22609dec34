# PyTorch's static quantization of ResNet18 by its default observers, beginning with FP32 weights and pictures in memory.
# Reads {"pictures": path of uint8[count, 224, 224, 3], "count", "threads"} and answers {"seconds"}.
import json
import sys
import time

import numpy
import torch
from torchvision.models.quantization import resnet18

BATCH = 4
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)

for line in sys.stdin:
    request = json.loads(line)
    torch.set_num_threads(request["threads"])
    engine = next(e for e in ("x86", "fbgemm", "onednn", "qnnpack") if e in torch.backends.quantized.supported_engines)
    torch.backends.quantized.engine = engine
    shape = (request["count"], 224, 224, 3)
    pictures = torch.from_numpy(numpy.fromfile(request["pictures"], numpy.uint8).reshape(shape))
    model = resnet18(quantize=False).eval()
    begun = time.perf_counter()
    model.fuse_model()
    model.qconfig = torch.ao.quantization.get_default_qconfig(engine)
    torch.ao.quantization.prepare(model, inplace=True)
    with torch.inference_mode():
        for at in range(0, len(pictures), BATCH):
            batch = pictures[at : at + BATCH].permute(0, 3, 1, 2).float() / 255
            model((batch - MEAN) / STD)
    torch.ao.quantization.convert(model, inplace=True)
    print(json.dumps({"seconds": time.perf_counter() - begun}), flush=True)

# PyTorch's static INT8 of ResNet18 (fbgemm, fused, calibrated once). Reads {"threads"} or {"runs"}, a line each.
import json
import statistics
import sys
import time

import torch
from torchvision.models.quantization import resnet18

torch.manual_seed(1)
torch.backends.quantized.engine = "fbgemm"
picture = torch.rand(1, 3, 224, 224)
model = resnet18(quantize=False).eval()
model.fuse_model()
model.qconfig = torch.ao.quantization.get_default_qconfig("fbgemm")
torch.ao.quantization.prepare(model, inplace=True)
model(picture)
torch.ao.quantization.convert(model, inplace=True)

for line in sys.stdin:
    request = json.loads(line)
    if "threads" in request:
        torch.set_num_threads(request["threads"])
        print("{}", flush=True)
        continue
    times = []
    with torch.inference_mode():
        for run in range(request["runs"] + 2):
            begun = time.perf_counter()
            model(picture)
            if run >= 2:
                times.append(1000 * (time.perf_counter() - begun))
    print(json.dumps({"millis": statistics.median(times)}), flush=True)

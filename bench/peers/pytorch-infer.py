# PyTorch's static INT8 of ResNet18 (fused, calibrated once), with the quickest engine that its build has.
# Reads {"threads"} or {"runs"}, a line each.
import json
import statistics
import sys
import time

import torch
from torchvision.models.quantization import resnet18

torch.manual_seed(1)
engine = next(e for e in ("x86", "fbgemm", "onednn", "qnnpack") if e in torch.backends.quantized.supported_engines)
torch.backends.quantized.engine = engine
picture = torch.rand(1, 3, 224, 224)
model = resnet18(quantize=False).eval()
model.fuse_model()
model.qconfig = torch.ao.quantization.get_default_qconfig(engine)
torch.ao.quantization.prepare(model, inplace=True)
model(picture)
torch.ao.quantization.convert(model, inplace=True)

for line in sys.stdin:
    request = json.loads(line)
    if "threads" in request:
        torch.set_num_threads(request["threads"])
        print(json.dumps({"engine": engine}), flush=True)
        continue
    times = []
    with torch.inference_mode():
        for run in range(request["runs"] + 2):
            begun = time.perf_counter()
            model(picture)
            if run >= 2:
                times.append(1000 * (time.perf_counter() - begun))
    print(json.dumps({"millis": statistics.median(times)}), flush=True)

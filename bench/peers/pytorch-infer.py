# PyTorch's static INT8 of ResNet18: fused, calibrated once, frozen. Of the forms that its build has (engine, eager or a frozen
# trace, layout of the input) the quickest is chosen on this machine, with the threads that are asked for.
# Reads {"threads"} or {"runs"}, a line each.
import copy
import json
import os
import statistics
import sys
import time

import torch
from torchvision.models.quantization import resnet18

torch.manual_seed(1)
PICTURE = torch.rand(1, 3, 224, 224)
MODEL = resnet18(quantize=False).eval()
MODEL.fuse_model()


def quantized(engine):
    torch.backends.quantized.engine = engine
    model = copy.deepcopy(MODEL)
    model.qconfig = torch.ao.quantization.get_default_qconfig(engine)
    torch.ao.quantization.prepare(model, inplace=True)
    model(PICTURE)
    return torch.ao.quantization.convert(model, inplace=True)


def forms():
    for engine in ("x86", "fbgemm", "onednn", "qnnpack"):
        if engine not in torch.backends.quantized.supported_engines:
            continue
        model = quantized(engine)
        frozen = torch.jit.freeze(torch.jit.trace(model, PICTURE))
        for layout in (torch.contiguous_format, torch.channels_last):
            picture = PICTURE.to(memory_format=layout)
            for kind, form in (("eager", model), ("frozen", frozen)):
                yield f"{engine}, {kind}, {str(layout)[6:]}", engine, form, picture


def median_millis(engine, model, picture, runs):
    torch.backends.quantized.engine = engine
    times = []
    for run in range(runs + 2):
        begun = time.perf_counter()
        model(picture)
        if run >= 2:
            times.append(1000 * (time.perf_counter() - begun))
    return statistics.median(times)


chosen = None
with torch.inference_mode():
    ALL = list(forms())
    for line in sys.stdin:
        request = json.loads(line)
        if "threads" in request:
            os.sched_setaffinity(0, range(request["threads"]))
            torch.set_num_threads(request["threads"])
            chosen = min(ALL, key=lambda form: median_millis(*form[1:], 8))
            print(json.dumps({"form": chosen[0]}), flush=True)
        else:
            print(json.dumps({"millis": median_millis(*chosen[1:], request["runs"])}), flush=True)

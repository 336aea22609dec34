# Training steps of ResNet18 in PyTorch on a GPU. Reads a case in JSON, a line each, and answers with its images a second:
# {"size", "batch", "device", "math": "float32" | "tf32" | "amp", "channelsLast"}. Pictures lie on the device beforehand.
import gc
import json
import subprocess
import sys
import time
from contextlib import nullcontext

import torch
from torchvision.models import resnet18

LEAST_SECONDS = 1.0


def prepare(case):
    torch.manual_seed(1)
    tf32 = case["math"] != "float32"
    torch.backends.cuda.matmul.allow_tf32 = tf32
    torch.backends.cudnn.allow_tf32 = tf32
    torch.backends.cudnn.benchmark = True
    device = case["device"]
    layout = torch.channels_last if case.get("channelsLast") else torch.contiguous_format
    model = resnet18(num_classes=10).to(device, memory_format=layout).train()
    optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9, weight_decay=5e-4)
    loss = torch.nn.CrossEntropyLoss()
    side = case["size"]
    pictures = torch.randn(case["batch"], 3, side, side, device=device).to(memory_format=layout)
    labels = torch.arange(case["batch"], device=device) % 10
    half = case["math"] == "amp"
    scaler = torch.amp.GradScaler(device) if half else None

    def step():
        optimizer.zero_grad()
        with torch.autocast(device, torch.float16) if half else nullcontext():
            value = loss(model(pictures), labels)
        if scaler is None:
            value.backward()
            optimizer.step()
            return
        scaler.scale(value).backward()
        scaler.step(optimizer)
        scaler.update()

    return step


def gpu_memory():
    query = ["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits"]
    try:
        return int(subprocess.run(query, capture_output=True, text=True, timeout=3).stdout.split()[0])
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired):
        return None


def measure(case):
    # What the case before kept is not this one's.
    gc.collect()
    if case["device"] == "cuda":
        torch.cuda.empty_cache()
    wait = torch.cuda.synchronize if case["device"] == "cuda" else lambda: None
    step = prepare(case)
    for _ in range(3):
        step()
    wait()
    times = []
    begun = time.perf_counter()
    while len(times) < 5 or time.perf_counter() - begun < LEAST_SECONDS:
        before = time.perf_counter()
        step()
        wait()
        times.append(time.perf_counter() - before)
    times.sort()
    speed = case["batch"] / times[len(times) // 2]
    memory = gpu_memory() if case["device"] == "cuda" else None
    return {"imagesPerSecond": speed, "steps": len(times), "gpuMiB": memory, "torch": torch.__version__}


for line in sys.stdin:
    try:
        answer = measure(json.loads(line))
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps(answer), flush=True)

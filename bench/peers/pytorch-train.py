# One training step of ResNet18 in PyTorch. Reads {"size", "batch", "threads"} to set up, {"steps"} to run, a line each.
import json
import sys
import time

import torch
from torchvision.models import resnet18

torch.manual_seed(1)
loss = torch.nn.CrossEntropyLoss()


def step():
    optimizer.zero_grad()
    loss(model(pictures), labels).backward()
    optimizer.step()


for line in sys.stdin:
    request = json.loads(line)
    if "size" in request:
        torch.set_num_threads(request["threads"])
        model = resnet18(num_classes=10).train()
        optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9, weight_decay=5e-4)
        pictures = torch.randn(request["batch"], 3, request["size"], request["size"])
        labels = torch.arange(request["batch"]) % 10
        step()
        print("{}", flush=True)
        continue
    begun = time.perf_counter()
    for _ in range(request["steps"]):
        step()
    elapsed = time.perf_counter() - begun
    print(json.dumps({"imagesPerSecond": request["steps"] * len(pictures) / elapsed}), flush=True)

"""Makes resnet18-step.json: three SGD steps of torchvision's ResNet18, to hold our training step against.

    /usr/bin/python3 test/golden/resnet18-step.py      (Debian: python3-torch python3-torchvision)

Weights and pictures come from a formula that the test has as well (noise), so the file holds figures alone.
"""
import json, pathlib
import torch, torchvision

SIZE, BATCH, CLASSES, STEPS = 64, 4, 5, 3

def noise(count, seed):
    """Uniform in [-1, 1), by hashing the index: 32-bit arithmetic, so that every language gets the same bits."""
    mask = 0xFFFFFFFF
    x = (torch.arange(count, dtype=torch.int64) * 2654435761 + seed * 40503) & mask
    x = x ^ (x >> 15)
    x = (x * 2246822519) & mask
    x = x ^ (x >> 13)
    return x.double() / 2**31 - 1

model = torchvision.models.resnet18(num_classes=CLASSES)
state = {}
for index, (name, value) in enumerate(model.state_dict().items()):
    if name.endswith("num_batches_tracked"):
        state[name] = value
        continue
    w = noise(value.numel(), index + 1).reshape(value.shape)
    if name.endswith("running_mean"): w = 0.1 * w
    elif name.endswith("running_var"): w = 1 + 0.5 * w
    elif value.dim() == 4: w = w * (6.0 / (value.shape[1] * value.shape[2] * value.shape[3])) ** 0.5
    elif name == "fc.weight": w = 0.1 * w
    elif name.endswith("weight"): w = 1 + 0.2 * w
    else: w = 0.1 * w
    state[name] = w.float()
model.load_state_dict(state)

def pictures(step):
    i = torch.arange(BATCH * SIZE * SIZE * 3, dtype=torch.int64)
    pixels = ((i * 7919 + (i // 97) * 131 + step * 31) % 256).reshape(BATCH, SIZE, SIZE, 3)
    mean = torch.tensor([0.485, 0.456, 0.406]); std = torch.tensor([0.229, 0.224, 0.225])
    return ((pixels.float() / 255 - mean) / std).permute(0, 3, 1, 2).contiguous()

labels = lambda step: (torch.arange(BATCH) + step) % CLASSES
golden = {"size": SIZE, "batch": BATCH, "classes": CLASSES, "rates": [0.002, 0.001, 0.0005]}

model.eval()
with torch.no_grad():
    golden["evalLogits"] = model(pictures(0)).flatten().tolist()

model.train()
decay = [p for n, p in model.named_parameters() if p.dim() > 1]
plain = [p for n, p in model.named_parameters() if p.dim() == 1]
optimizer = torch.optim.SGD([{"params": decay, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}], lr=0.1, momentum=0.9)
criterion = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
golden["losses"], golden["correct"] = [], []
for step in range(STEPS):
    for group in optimizer.param_groups: group["lr"] = golden["rates"][step]
    optimizer.zero_grad()
    logits = model(pictures(step))
    loss = criterion(logits, labels(step))
    loss.backward()
    golden["losses"].append(loss.item())
    golden["correct"].append(int((logits.argmax(1) == labels(step)).sum()))
    optimizer.step()

# Of each tensor after the last step: norm, sum, and the first eight values.
golden["tensors"] = {
    name: {"norm": v.double().norm().item(), "sum": v.double().sum().item(), "first": v.flatten()[:8].tolist()}
    for name, v in model.state_dict().items() if not name.endswith("num_batches_tracked")
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")

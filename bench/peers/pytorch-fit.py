# Trains ResNet18 in PyTorch from scratch by the recipe of `edgeloop-trainer fit`, and prints its accuracy.
# Reads one line of JSON: {"train", "test": [[path, label]…], "classes", "size", "resize", "epochs", "batch", "learningRate",
# "labelSmoothing", "cropScale", "seed", "threads"}.
import json
import math
import random
import sys

import torch
from PIL import Image
from torchvision import transforms
from torchvision.models import resnet18

recipe = json.loads(sys.stdin.readline())
torch.manual_seed(recipe["seed"])
random.seed(recipe["seed"])
torch.set_num_threads(recipe["threads"])
normalize = [transforms.ToTensor(), transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))]
augment = transforms.Compose(
    [transforms.RandomResizedCrop(recipe["size"], scale=recipe["cropScale"]), transforms.RandomHorizontalFlip(), *normalize]
)
plain = transforms.Compose([transforms.Resize(recipe["resize"]), transforms.CenterCrop(recipe["size"]), *normalize])
train = [(Image.open(path).convert("RGB"), label) for path, label in recipe["train"]]

model = resnet18(num_classes=recipe["classes"])
matrices = [p for p in model.parameters() if p.ndim > 1]
others = [p for p in model.parameters() if p.ndim <= 1]
groups = [{"params": matrices, "weight_decay": 5e-4}, {"params": others, "weight_decay": 0}]
optimizer = torch.optim.SGD(groups, recipe["learningRate"], momentum=0.9)
loss = torch.nn.CrossEntropyLoss(label_smoothing=recipe["labelSmoothing"])
batch = recipe["batch"]
steps = recipe["epochs"] * (len(train) // batch)
peak = round(steps * 0.25)


def cosine(start, end, progress):
    return end + (start - end) * (1 + math.cos(math.pi * progress)) / 2


def rate(step):
    highest = recipe["learningRate"]
    if step < peak:
        return cosine(highest / 25, highest, step / peak)
    return cosine(highest, highest / 1e4, (step - peak) / (steps - peak))


step = 0
model.train()
for _ in range(recipe["epochs"]):
    random.shuffle(train)
    for at in range(0, len(train) - batch + 1, batch):
        some = train[at : at + batch]
        for group in optimizer.param_groups:
            group["lr"] = rate(step)
        optimizer.zero_grad()
        pictures = torch.stack([augment(picture) for picture, _ in some])
        loss(model(pictures), torch.tensor([label for _, label in some])).backward()
        optimizer.step()
        step += 1

model.eval()
right = 0
with torch.inference_mode():
    for path, label in recipe["test"]:
        right += int(model(plain(Image.open(path).convert("RGB"))[None]).argmax() == label)
print(json.dumps({"accuracy": right / len(recipe["test"])}), flush=True)

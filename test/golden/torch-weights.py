"""Makes torch-weights.pth and torch-weights.json: what torch.save writes, and the numbers that it means.

    /usr/bin/python3 test/golden/torch-weights.py      (Debian: python3-torch)

A checkpoint with every kind of tensor that a state_dict may hold, small.
"""
import collections, json, pathlib
import torch

base = torch.arange(24, dtype=torch.float32) / 8 - 1
tensors = collections.OrderedDict(
    [
        ("module.plain", base.reshape(2, 3, 4).clone()),
        ("module.turned", base.reshape(4, 6).clone().t()),
        ("module.part", base.clone()[5:17:2]),
        ("module.shared", base[:12]),
        ("module.shared_too", base[12:].reshape(3, 4)),
        ("module.repeated", torch.tensor([0.5, -2.0]).expand(3, 2)),
        ("module.half", torch.tensor([1.0, -0.333251953125, 65504.0, 6e-8]).half()),
        ("module.bfloat", torch.tensor([1.0, -3.140625, 1e30]).bfloat16()),
        ("module.double", torch.tensor([0.1, -1e300, 5e-324], dtype=torch.float64)),
        ("module.parameter", torch.nn.Parameter(torch.tensor([[3.5]]))),
        ("module.scalar", torch.tensor(7.25)),
        ("module.empty", torch.zeros(0, 3)),
        ("module.num_batches_tracked", torch.tensor(12)),
    ]
)
tensors._metadata = {"": {"version": 1}}
checkpoint = {
    "epoch": 3,
    "rate": 0.1,
    "best": True,
    "note": None,
    "arguments": [1, -70000, (2, "x"), 2**40, {"size": torch.Size([2, 3])}],
    "state_dict": tensors,
}
here = pathlib.Path(__file__)
torch.save(checkpoint, here.with_suffix(".pth"))
expected = {
    name: {"dims": list(value.shape), "data": value.detach().double().flatten().tolist()}
    for name, value in tensors.items()
    if value.is_floating_point()
}
here.with_suffix(".json").write_text(json.dumps(expected, indent=1) + "\n")

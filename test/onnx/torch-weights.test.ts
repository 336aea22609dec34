import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type FloatTensor, OnnxError, readWeightTensors } from '@edgeloop/onnx';
import { seededRandom } from '@edgeloop/protocol';
import t from 'tap';
import { storedZip } from '../stand/stored-zip.ts';
import { python, torchMissing } from '../stand/trainer/torch.ts';

const folder = await mkdtemp(join(tmpdir(), 'edgeloop-torch-'));
t.teardown(() => rm(folder, { recursive: true }));

const golden = await readFile(new URL('../golden/torch-weights.pth', import.meta.url));
const read = (bytes: Uint8Array) => readWeightTensors(bytes, 'weights.pth');

t.test('a checkpoint that PyTorch wrote is what PyTorch says', async (t) => {
  const text = await readFile(new URL('../golden/torch-weights.json', import.meta.url), 'utf8');
  const expected = Object.entries<FloatTensor>(JSON.parse(text));
  const tensors = read(golden);
  t.same(
    [...tensors.keys()],
    expected.map(([name]) => name),
    'whole numbers are left out',
  );
  for (const [name, { dims, data }] of expected) {
    t.same(tensors.get(name)?.dims, dims, name);
    t.same(tensors.get(name)?.data, Float32Array.from(data), name);
  }
});

t.test('wherever the bytes begin in memory', async (t) => {
  const shifted = new Uint8Array(golden.length + 3).subarray(3);
  shifted.set(golden);
  t.same(read(shifted), read(golden));
});

/** A pickle that rebuilds one tensor, by protocol 2; `\x01` and the like are its bytes. */
const tensor =
  ({ global = 'torch._utils\n_rebuild_tensor_v2', type = 'FloatStorage' } = {}) =>
  (key = '0', length = '\x02', size = 'K\x02\x85', stride = 'K\x01\x85') =>
    `c${global}\n((X\x07\0\0\0storagectorch\n${type}\nX\x01\0\0\0${key}X\x03\0\0\0cpuK${length}tQK\0${size}${stride}\x89ccollections\nOrderedDict\n)RtR`;
const dict = (value: string) => `\x80\x02}X\x01\0\0\0a${value}s.`;
const pth = (pickle: string, more: Record<string, string> = {}) =>
  storedZip({
    'archive/data.pkl': pickle,
    'archive/data/0': '\0\0\x80\x3f\0\0\0\x40',
    ...more,
  });

t.test('what is made by hand is read as well', async (t) => {
  const plain = { dims: [2], data: new Float32Array([1, 2]) };
  t.same(read(pth(dict(tensor()()))).get('a'), plain);
  const big = pth(dict(tensor()()), {
    'archive/data/0': '\x3f\x80\0\0\x40\0\0\0',
    'archive/byteorder': 'big',
  });
  t.same(read(big).get('a'), plain, 'big endian');
  const parameter = `ctorch._utils\n_rebuild_parameter\n(${tensor()()}\x88ccollections\nOrderedDict\n)RtR`;
  t.same(read(pth(dict(parameter))).get('a'), plain, 'a parameter');
});

const REFUSED: readonly [name: string, bytes: Uint8Array, message: RegExp][] = [
  [
    'a command to run',
    pth('\x80\x02cos\nsystem\n(X\x09\0\0\0touch ranttR.'),
    /asks for "os\.system", which is not run/,
  ],
  [
    'a command by protocol 4',
    pth('\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R.'),
    /"posix\.system"/,
  ],
  ['a class to make', pth('\x80\x02cbuiltins\neval\n)\x81.'), /"builtins\.eval"/],
  ['an object to make', pth('\x80\x02)\x81.'), /NEWOBJ, which is not run/],
  ['an instance', pth('\x80\x02(ios\nsystem\n.'), /INST, which is not run/],
  ['a property of all objects', pth(dict('c__proto__\nconstructor\n')), /"__proto__\.constructor"/],
  ['a call of a storage', pth(dict('ctorch\nFloatStorage\n)R')), /a call of a known global/],
  ['a call of a number', pth(dict('K\x01)R')), /a call of a known global/],
  ['attributes of a tensor', pth(dict(`${tensor()()}}b`)), /attributes of a dict/],
  [
    'a storage of no known type',
    pth(dict(tensor({ type: 'ComplexStorage' })())),
    /"torch\.ComplexStorage"/,
  ],
  [
    'a storage that is not there',
    pth(dict(tensor()('7'))),
    /an entry "archive\/data\/7", received none/,
  ],
  [
    'a storage of another length',
    pth(dict(tensor()('0', '\x03'))),
    /12 bytes for storage 0, received 8/,
  ],
  [
    'a tensor past its storage',
    pth(dict(tensor()('0', '\x02', 'K\x03\x85'))),
    /within the 2 elements of storage 0/,
  ],
  [
    'a tensor as large as no memory',
    pth(dict(tensor()('0', '\x02', 'J\xff\xff\xff\x7f\x85', 'K\0\x85'))),
    /no more numbers than the file's/,
  ],
  [
    'sizes that overflow',
    pth(
      dict(
        tensor()(
          '0',
          '\x02',
          '(J\xff\xff\xff\x7fJ\xff\xff\xff\x7fJ\xff\xff\xff\x7ft',
          '(K\0K\0K\0t',
        ),
      ),
    ),
    /within the 2 elements/,
  ],
  [
    'a negative size',
    pth(dict(tensor()('0', '\x02', 'J\xff\xff\xff\xff\x85'))),
    /sizes and strides/,
  ],
  [
    'a size that is a text',
    pth(dict(tensor()('0', '\x02', 'X\x01\0\0\0x\x85'))),
    /sizes and strides/,
  ],
  ['a stride too few', pth(dict(tensor()('0', '\x02', 'K\x02\x85', ')'))), /a stride for each/],
  ['a text longer than the file', pth('\x80\x02X\xff\xff\xff\xffa.'), /bytes at .* of the pickle/],
  ['an integer of 255 bytes', pth(`\x80\x02\x8a\xff${'\x01'.repeat(255)}.`), /at most 8 bytes/],
  ['a memory that nothing was put into', pth('\x80\x02h\x09.'), /a memory of 9/],
  ['an end with nothing on the stack', pth('\x80\x02.'), /a value on the stack/],
  ['no end', pth('\x80\x02}'), /of the pickle/],
  ['any number of values', pth(`\x80\x02${'N'.repeat(600_000)}.`), /at most 500000 values/],
  ['any number of marks', pth(`\x80\x02${'('.repeat(600_000)}.`), /at most 500000 marks/],
  ['a pickle of 5 MB', pth('N'.repeat(5_000_000)), /at most 4194304 bytes/],
  [
    'a checkpoint without a state_dict',
    pth('\x80\x02}X\x05\0\0\0epochK\x03s.'),
    /a dict of "epoch"/,
  ],
  ['a list', pth('\x80\x02].'), /state_dict.* received something else/],
  ['a zip of something else', storedZip({ 'readme.txt': 'hello' }), /an entry data\.pkl/],
  [
    'an entry whose bytes changed',
    storedZip({ 'a/data.pkl': '\x80\x02].' }, (e) => e.writeUInt32LE(1, 16)),
    /CRC-32 00000001 for the entry "a\/data\.pkl"/,
  ],
  [
    'a compressed entry',
    storedZip({ 'a/data.pkl': 'x' }, (e) => e.writeUInt16LE(8, 10)),
    /compressed or encrypted/,
  ],
  [
    'an entry past the end',
    storedZip({ 'a/data.pkl': 'x' }, (e) => e.writeUInt32LE(1e9, 20) && e.writeUInt32LE(1e9, 24)),
    /1000000000 bytes at/,
  ],
  [
    'entries that overlap',
    storedZip({ a: 'x'.repeat(900), b: '', c: '', d: '' }, (entry) => {
      for (const field of [20, 24]) entry.writeUInt32LE(900, field);
      entry.writeUInt32LE(0, 42);
    }),
    /overlapping/,
  ],
  [
    'two entries of one name',
    Buffer.from(
      storedZip({ 'a/b': 'x', 'a/c': 'y' }).toString('latin1').replaceAll('a/c', 'a/b'),
      'latin1',
    ),
    /two entries "a\/b"/,
  ],
  [
    'the form before PyTorch 1.6',
    Buffer.from('\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.', 'latin1'),
    /older form of torch\.save\. Save it again/,
  ],
  ['a tar', Buffer.from(`${'\0'.repeat(257)}ustar`, 'latin1'), /older form of torch\.save/],
];

for (const [name, bytes, message] of REFUSED) {
  t.test(`${name} is refused`, async (t) => {
    t.throws(() => read(bytes), { code: 'WEIGHTS_INVALID', message });
    t.throws(() => read(bytes), OnnxError);
  });
}

/** Lists in lists, each twice: 2²⁰⁰⁰ of them for whoever would follow. */
t.test('values within values without end are not followed', async (t) => {
  const nested = `]${Array.from({ length: 2000 }, () => 'q\x01](h\x01h\x01e').join('')}`;
  for (const pickle of [
    dict(nested),
    `\x80\x02}${nested}K\x01s.`,
    `\x80\x02${nested}${nested}\x93.`,
  ]) {
    t.throws(() => read(pth(pickle)), { code: 'WEIGHTS_INVALID' });
  }
  t.throws(() => read(pth('\x80\x02]q\x01h\x01a.')), { code: 'WEIGHTS_INVALID' });
});

const verdict = (bytes: Uint8Array): 'read' | 'refused' => {
  try {
    read(bytes);
    return 'read';
  } catch (error) {
    if (error instanceof OnnxError) return 'refused';
    throw error;
  }
};

t.test('cut short anywhere, it is refused', async (t) => {
  for (let part = 0; part < 50; part++) {
    const cut = golden.subarray(0, Math.floor((part / 50) * golden.length));
    if (verdict(cut) !== 'refused') t.fail(`${part}/50`);
  }
});

t.test('with bits turned over, it is read or refused, and never with other numbers', async (t) => {
  const whole = read(golden);
  const random = seededRandom(7);
  let refused = 0;
  for (let i = 0; i < 3000; i++) {
    const changed = Buffer.from(golden);
    for (let bit = 0; bit <= i % 3; bit++) {
      const at = Math.floor(random.between(0, changed.length));
      changed[at] = (changed[at] as number) ^ (1 << Math.floor(random.between(0, 8)));
    }
    if (verdict(changed) === 'refused') refused++;
    else if (!isDeepStrictEqual(read(changed), whole)) t.fail(`turn ${i}`);
  }
  t.ok(refused > 1000, `${refused}`);
});

t.test('pickles of chance end, one way or the other', async (t) => {
  const random = seededRandom(11);
  const opcodes = '\x80\x95N\x88\x89KMJ\x8aG\x8cX()t\x85\x86\x87]ae}suqr\x94hjc\x93QRb.';
  for (let i = 0; i < 3000; i++) {
    const pickle = Array.from(
      { length: 60 },
      () => opcodes[Math.floor(random.between(0, opcodes.length))],
    );
    if (verdict(pth(pickle.join(''))) !== 'refused') t.fail(JSON.stringify(pickle));
  }
});

t.test('files as PyTorch and torchvision write them', { skip: torchMissing }, async (t) => {
  const script = `
import os, torch, torchvision
class Hostile:
    def __reduce__(self): return (os.system, ("touch ran",))
model = torchvision.models.resnet18(num_classes=2)
print(model.state_dict()["layer4.1.conv2.weight"].double().sum().item())
torch.save(model.state_dict(), "resnet18.pth")
torch.save(model.state_dict(), "protocol4.pth", pickle_protocol=4)
torch.save({"model": model.half().state_dict()}, "half.pth")
torch.save(model, "module.pth")
torch.save(Hostile(), "hostile.pth")
torch.save({"a": torch.ones(2)}, "old.pth", _use_new_zipfile_serialization=False)
`;
  const sum = Number(python(script, folder));
  const file = async (name: string) => read(await readFile(join(folder, name)));
  for (const name of ['resnet18.pth', 'protocol4.pth', 'half.pth']) {
    const tensors = await file(name);
    t.equal(tensors.size, 102, name);
    const got = tensors.get('layer4.1.conv2.weight')?.data.reduce((total, v) => total + v, 0);
    const rounding = name === 'half.pth' ? 0.1 : 1e-6;
    t.ok(Math.abs((got as number) - sum) < rounding, `${name}: ${got}, ${sum}`);
  }
  await t.rejects(file('module.pth'), { message: /torchvision\.models\.resnet.* not run/ });
  await t.rejects(file('hostile.pth'), { message: /"posix\.system", which is not run/ });
  await t.rejects(file('old.pth'), { message: /older form of torch\.save/ });
  t.notOk(existsSync(join(folder, 'ran')), 'nothing was run');
});

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeCrop, drawSample, encodeJpeg, SCENE_CLASSES } from '@edgeloop/imaging';
import {
  decodeModel,
  encodeModel,
  exportResNet18,
  initialResNet18,
  loadPackage,
  runOverPictures,
} from '@edgeloop/onnx';
import t from 'tap';
import { notLong } from '../stand/long.ts';
import { dataMissing, realData } from '../stand/real-data.ts';
import { trainer } from '../stand/trainer/trainer.ts';

t.setTimeout(400_000);

const root = await mkdtemp(join(tmpdir(), 'edgeloop-quantize-'));
t.teardown(() => rm(root, { recursive: true }));

const calibration = join(root, 'pictures');
await mkdir(join(calibration, 'deeper'), { recursive: true });
for (let i = 0; i < 10; i++) {
  const jpeg = await encodeJpeg(await drawSample(i, SCENE_CLASSES[i % 5] ?? 'good'), 88);
  await writeFile(join(calibration, i % 2 ? `${i}.jpg` : `deeper/${i}.jpg`), jpeg);
}
await writeFile(join(calibration, 'notes.txt'), 'no picture');

/** As from another tool: its only output has another name. */
async function foreignModel(): Promise<string> {
  const own = exportResNet18(initialResNet18({ classes: 3, seed: 3 }), { size: 64, classes: 3 });
  const model = decodeModel(own);
  const { graph = {} } = model;
  graph.output = graph.output?.filter(({ name }) => name === 'logits') ?? [];
  for (const named of graph.output) named.name = 'scores';
  for (const node of graph.node ?? []) {
    node.output = node.output?.map((name) => (name === 'logits' ? 'scores' : name)) ?? [];
  }
  const path = join(root, 'foreign.onnx');
  await writeFile(path, encodeModel(model));
  return path;
}

const model = await foreignModel();
const quantize = (...args: string[]) =>
  trainer('quantize', model, '--calibration', calibration, '--threads', '1', ...args);

t.test('an ONNX classifier and a folder of pictures become a package that verifies', async (t) => {
  const out = join(root, 'package');
  const labels = join(root, 'labels.txt');
  // ImageNet has classes of one name, too.
  await writeFile(labels, 'crane\nbolt\ncrane\n');
  const { status, out: line, err } = await quantize('--out', out, '--labels', labels, '--json');
  t.equal(status, 0, err);
  const figures = JSON.parse(line);
  t.match(figures, { pictures: 10, skipped: ['notes.txt'], floatLayers: [] });
  t.ok(figures.agreement >= 0.9, `agreement ${figures.agreement}`);
  t.ok(figures.int8Bytes <= 0.27 * figures.fp32Bytes);
  const verified = await trainer('verify', out);
  t.equal(verified.status, 0, verified.err);
  const { manifest } = await loadPackage(out, 'int8');
  t.same(manifest.classes, ['crane (0)', 'bolt', 'crane (2)']);
  t.match(manifest.quantization, { method: figures.method, agreement: figures.agreement });
  t.notOk(manifest.metrics, 'nobody knows how good it is');
});

t.test('in words: the method that was asked for, and what was tried', async (t) => {
  // The package of before is replaced.
  const out = join(root, 'package');
  const {
    status,
    out: words,
    err,
  } = await quantize(...['--out', out, '--method', 'minmax', '--reduce-range', '--force']);
  t.equal(status, 0, err);
  t.match(words, /INT8 gives the class of FP32 on [\d.]+ % of 10 pictures/);
  t.match(words, /by minmax \(minmax [\d.]+ dB\)/);
  t.match(words, 'Skipped notes.txt');
  const { manifest } = await loadPackage(out, 'int8');
  t.equal(manifest.quantization?.method, 'minmax');
  t.notOk((await readdir(root)).some((name) => name.includes('partial')));
});

for (const [what, args, status, message] of [
  ['no model', ['absent.onnx', '--calibration', calibration], 47, /Expected an ONNX model at/],
  ['no ONNX', [join(calibration, 'notes.txt'), '--calibration', calibration], 20, /ONNX/],
  ['no folder', [model, '--calibration', join(root, 'absent')], 40, /folder of pictures/],
  ['wrong labels', [model, '--calibration', calibration, '--labels', model], 45, /3 classes/],
  ['no reach', [model, '--calibration', calibration, '--budget', '150'], 27, /at most [\d.]+ dB/],
  ['another size', [model, '--calibration', calibration, '--size', '224'], 45, /--size 64 or none/],
  [
    'what is no package',
    [model, '--calibration', calibration, '--out', calibration, '--force'],
    46,
    /a package or an empty folder to replace/,
  ],
  ['no number', [model, '--calibration', calibration, '--threads', 'all'], 45, /whole number/],
] as const) {
  t.test(`${what}: a clear error, and nothing is written`, async (t) => {
    const out = join(root, 'refused');
    const result = await trainer('quantize', '--out', out, ...args);
    t.equal(result.status, status, result.err);
    t.match(result.err, message);
    t.notOk(existsSync(out));
  });
}

const REAL = {
  model: 'weights/resnet34-imagenet-224.onnx',
  calibration: 'imagenet-mini40',
  photos: 'hymenoptera',
};

t.test(
  'real ImageNet weights in INT8 give the class of FP32 on 95 % of photos never seen',
  { skip: dataMissing(...Object.values(REAL)) || notLong },
  async (t) => {
    const out = join(root, 'imagenet');
    const result = await trainer(
      ...[
        'quantize',
        realData(REAL.model),
        '--calibration',
        realData(REAL.calibration),
        '--out',
        out,
      ],
      ...['--threads', '1'],
    );
    t.equal(result.status, 0, result.err);
    const files = (await readdir(realData(REAL.photos), { recursive: true })).filter((f) =>
      f.endsWith('.jpg'),
    );
    const int8 = await loadPackage(out, 'int8');
    const pictures = await Promise.all(
      files.map(async (file) =>
        decodeCrop(await readFile(join(realData(REAL.photos), file)), int8.cropPlan),
      ),
    );
    const labels = async (variant: 'int8' | 'float32') => {
      const { modelPath, tensorPlan: plan } = await loadPackage(out, variant);
      const tops: number[] = [];
      for await (const { logits } of runOverPictures(await readFile(modelPath), {
        pictures,
        plan,
        size: 224,
        batch: 1,
        threads: 2,
      })) {
        const row = [...(logits?.data ?? [])];
        tops.push(row.indexOf(Math.max(...row)));
      }
      return tops;
    };
    const [quantized, float] = [await labels('int8'), await labels('float32')];
    const same = quantized.filter((label, i) => label === float[i]).length;
    t.equal(quantized.length, files.length);
    t.ok(same >= 0.95 * files.length, `${same} of ${files.length} photos`);
  },
);

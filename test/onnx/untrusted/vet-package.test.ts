import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AttributeType, DataType, encodeModel, loadPackage } from '@edgeloop/onnx';
import { type Manifest, mebibytes, millis } from '@edgeloop/protocol';
import t from 'tap';
import { picture, withPicture, writeColourPackage } from '../../stand/models/colour-package.ts';
import { float, type Node, type Tensor, value } from '../../stand/models/graph-parts.ts';
import { smallModel } from './small-model.ts';

// As built: its children start in a tenth of the time that they take from source.
const built = new URL('../../../onnx/dist/vetting.js', import.meta.url).href;
const { vetPackage } = (await import(built)) as typeof import('@edgeloop/onnx/vetting');
const cropChild = new URL('../../../control-plane/dist/registry/crop-child.js', import.meta.url);

const CAP = mebibytes(600);

async function vet(model?: Uint8Array, change: (manifest: Manifest) => Manifest = (same) => same) {
  const directory = mkdtempSync(join(tmpdir(), 'edgeloop-vet-'));
  await writeColourPackage(directory, model);
  const { manifest } = await loadPackage(directory);
  return vetPackage(change(manifest), {
    directory,
    cropChild,
    memoryCap: CAP,
    deadline: millis(10_000),
  });
}

const int64 = (name: string, values: number[]): Tensor => ({
  name,
  dims: [values.length],
  dataType: DataType.INT64,
  int64Data: values,
});

/** Logits to which zeros are added that stand at the end of `nodes`. */
const withZeros = (nodes: Node[], initializer: Tensor[]) =>
  encodeModel(
    smallModel(
      [
        ...nodes,
        {
          opType: 'ReduceMax',
          input: ['large'],
          output: ['zero'],
          attribute: [{ name: 'keepdims', i: 0, type: AttributeType.INT }],
        },
        { opType: 'Add', input: ['embedding', 'zero'], output: ['between'] },
      ],
      { initializer: [float('gain', [10 / 255]), ...initializer] },
    ),
  );

t.test('a sound package passes', async (t) => {
  t.equal(await vet(), null);
  t.equal(await vet(encodeModel(smallModel())), null);
});

t.test(
  'a model that takes 8 GB while it is loaded is refused, and the caller lives on',
  async (t) => {
    const model = withZeros(
      [{ opType: 'ConstantOfShape', input: ['shape'], output: ['large'] }],
      [int64('shape', [2 ** 31])],
    );
    const before = process.memoryUsage.rss();
    t.match(await vet(model), { code: /^(NOT_LOADABLE|CRASHED)$/, message: /.+/ });
    t.ok(process.memoryUsage.rss() - before < 200 << 20);
  },
);

t.test('a model that takes 8 GB while it runs is refused', async (t) => {
  const model = withZeros(
    [
      {
        opType: 'ReduceMax',
        input: ['float'],
        output: ['peak'],
        attribute: [{ name: 'keepdims', i: 0, type: AttributeType.INT }],
      },
      { opType: 'Reshape', input: ['peak', 'one'], output: ['flat'] },
      { opType: 'Expand', input: ['flat', 'shape'], output: ['large'] },
    ],
    [int64('shape', [2 ** 31]), int64('one', [1])],
  );
  t.match(await vet(model), { code: /^(NOT_LOADABLE|CRASHED)$/, message: /.+/ });
});

/** With an output of 50 MB beside the logits. */
function withLargeOutput(name: string) {
  const model = structuredClone(smallModel());
  const graph = model.graph as NonNullable<typeof model.graph>;
  for (const node of graph.node ?? []) {
    node.input = node.input?.map((one) => (one === 'embedding' ? 'mean' : one)) ?? [];
    node.output = node.output?.map((one) => (one === 'embedding' ? 'mean' : one)) ?? [];
  }
  graph.node?.push({ opType: 'Expand', input: ['mean', 'shape'], output: [name] });
  graph.initializer?.push(int64('shape', [2 ** 22, 1, 3]));
  graph.output = [
    value('logits', DataType.FLOAT, ['N', 3]),
    value(name, DataType.FLOAT, ['A', 'B', 'C']),
  ];
  return encodeModel(model);
}

t.test('what a model gives does not fill the memory of who asks for it', async (t) => {
  t.match(await vet(withLargeOutput('embedding')), {
    code: 'NOT_LOADABLE',
    message: /at most 1048576 numbers as embedding, float32, received 12582912 of type float32/,
  });
  t.equal(await vet(withLargeOutput('other')), null, 'what nobody asks for stays where it is');
});

t.test('a model that computes for ever is given up', async (t) => {
  const steps: Node[] = [];
  for (let i = 0; i < 4000; i++) {
    steps.push({
      opType: 'MatMul',
      input: [i === 0 ? 'square' : `m${i - 1}`, 'square'],
      output: [i === 3999 ? 'large' : `m${i}`],
    });
  }
  const model = withZeros(
    [
      {
        opType: 'ReduceMax',
        input: ['float'],
        output: ['peak'],
        attribute: [{ name: 'keepdims', i: 0, type: AttributeType.INT }],
      },
      { opType: 'Reshape', input: ['peak', 'one'], output: ['flat'] },
      { opType: 'Expand', input: ['flat', 'shape'], output: ['square'] },
      ...steps,
    ],
    [int64('shape', [1500, 1500]), int64('one', [1])],
  );
  const directory = mkdtempSync(join(tmpdir(), 'edgeloop-vet-'));
  await writeColourPackage(directory, model);
  const { manifest } = await loadPackage(directory);
  const begun = performance.now();
  const refusal = await vetPackage(manifest, {
    directory,
    cropChild,
    memoryCap: CAP,
    deadline: millis(1500),
  });
  t.match(refusal, { code: 'TOO_SLOW' });
  t.ok(performance.now() - begun < 8000);
});

t.test('what it says is not what it computes', async (t) => {
  const wrong = smallModel([], { initializer: [float('gain', [-1])] });
  t.match(await vet(encodeModel(wrong)), { code: 'GOLDEN_FAILED' });
  const unknown = smallModel([
    { opType: 'NoSuchOperator', input: ['embedding'], output: ['between'] },
  ]);
  t.match(await vet(encodeModel(unknown)), { code: 'NOT_LOADABLE' });
  const domain = smallModel([
    { opType: 'Gelu', domain: 'com.microsoft', input: ['embedding'], output: ['between'] },
  ]);
  t.match(await vet(encodeModel(domain)), { code: 'OPERATOR_DOMAIN' });
  t.match(await vet(new Uint8Array([1, 2, 3])), { code: 'NOT_A_MODEL' });
});

t.test('pictures are opened by the child alone, and by their first bytes', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'edgeloop-vet-'));
  await writeColourPackage(folder);
  const vetPicture = async (content: Uint8Array, program = cropChild) => {
    await withPicture(folder, content);
    const { manifest } = await loadPackage(folder);
    return vetPackage(manifest, {
      directory: folder,
      cropChild: program,
      memoryCap: CAP,
      deadline: millis(10_000),
    });
  };
  const red =
    '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="24"><rect width="32" height="24" fill="red"/></svg>';
  t.match(await vetPicture(Buffer.from(red)), {
    code: 'PACKAGE',
    message: /golden picture: Expected a JPEG, PNG or WebP picture/,
  });
  const whole = await picture('red');
  t.match(await vetPicture(whole.subarray(0, 100)), {
    code: 'PACKAGE',
    message: /Expected a whole JPEG/,
  });
  for (const [at, taken] of [
    "process.kill(process.pid, 'SIGSEGV');",
    "writeSync(3, 'What is this, an answer?');",
    `writeSync(3, Buffer.of(0, 0, 0, 4, 1, 0, 0, 0));`,
    ...['{"id":1}', '{"id":1,"response":null}', '{"id":1,"response":{"crop":[]}}'].map(
      (text) =>
        `writeSync(3, Buffer.of(${text.length}, 0, 0, 0, 0, 0, 0, 0)); writeSync(3, '${text}');`,
    ),
  ].entries()) {
    const program = join(folder, `taken-${at}.mjs`);
    const read = "import { readSync, writeSync } from 'node:fs'; readSync(3, Buffer.alloc(8));";
    writeFileSync(program, `${read} ${taken} setTimeout(() => {}, 60_000);`);
    const message = /received one that ended its decoder/;
    t.match(await vetPicture(whole, pathToFileURL(program)), { code: 'PACKAGE', message }, taken);
  }
});

t.test('a manifest that would keep this process busy', async (t) => {
  const golden =
    (change: Partial<Manifest['golden']['cases'][0]>, count = 1) =>
    (manifest: Manifest) => ({
      ...manifest,
      golden: {
        ...manifest.golden,
        cases: Array(count).fill({ ...manifest.golden.cases[0], ...change }),
      },
    });
  const file = { path: 'golden/0.rgb', bytes: 1 << 30, sha256: '0'.repeat(64) as never };
  t.match(await vet(undefined, golden({ cropped: file })), {
    code: 'PACKAGE',
    message: /golden\/0\.rgb/,
  });
  t.match(await vet(undefined, golden({ image: file })), { code: 'PACKAGE' });
  t.match(await vet(undefined, golden({}, 257)), { code: 'PACKAGE', message: /256 golden/ });
});

t.test('a manifest by which nothing would be found wrong', async (t) => {
  const none = (manifest: Manifest) => ({ ...manifest, variants: {} });
  t.match(await vet(undefined, none), { code: 'PACKAGE', message: /1 to 8 variants, received 0/ });
  for (const wide of [{ score: 1 }, { croppedMean: 255 }]) {
    const change = (manifest: Manifest) => {
      const { golden } = manifest;
      return { ...manifest, golden: { ...golden, tolerance: { ...golden.tolerance, ...wide } } };
    };
    t.match(await vet(undefined, change), { code: 'PACKAGE', message: /Expected a tolerance/ });
  }
});

t.test('a child for strangers gets no more of the environment than it needs', async (t) => {
  process.env.EDGELOOP_TEST_SECRET = 'secret';
  const { ChildProcess } = await import('../../../onnx/src/process/child-process.ts');
  const module = new URL('./environment-child.mjs', import.meta.url);
  const child = new ChildProcess(module, { memoryCap: CAP });
  child.start();
  t.equal(await child.request('EDGELOOP_TEST_SECRET'), undefined);
  t.type(await child.request('PATH'), 'string');
  await child.close();
});

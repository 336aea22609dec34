import { existsSync, readlinkSync } from 'node:fs';
import {
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { drawSample, encodeJpeg } from '@edgeloop/imaging';
import { evaluationCrop, floatTensorPlan, type Sha256 } from '@edgeloop/protocol';
import t from 'tap';
import { recoverTarget } from '../../../trainer/src/package/recover-target.ts';
import { writePackage } from '../../../trainer/src/package/write-package.ts';
import { ownMark, writeMark } from '../../../trainer/src/run/process-mark.ts';

const root = await mkdtemp(join(tmpdir(), 'edgeloop-package-'));
t.teardown(() => rm(root, { recursive: true }));

const content = {
  name: 'two',
  classes: ['empty', 'good'],
  crop: evaluationCrop(32),
  variants: {
    float32: { bytes: Buffer.from('model'), tensor: floatTensorPlan(), run: async () => [1, 0] },
  },
  goldenPictures: [await encodeJpeg(await drawSample(1, 'good'), 88)],
  quantization: {
    method: 'minmax',
    methods: [],
    decibels: 40,
    layers: [],
    floatLayers: [],
    pictures: 1,
  },
  lineage: { dataset: '0'.repeat(64) as Sha256, recipe: {}, code: {} },
};

/** What is put on disk meanwhile, in turn, under the name that it has then. */
async function synced(work: () => Promise<unknown>): Promise<string[]> {
  const handle = await open(root, 'r');
  const handles: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  const { sync } = handles;
  const paths: string[] = [];
  handles.sync = function (this: FileHandle) {
    paths.push(relative(root, readlinkSync(`/proc/self/fd/${this.fd}`)));
    return sync.call(this);
  };
  try {
    await work();
  } finally {
    handles.sync = sync;
  }
  return paths;
}

t.test(
  'a package is on disk when it is written, whole before it has its name',
  { skip: !existsSync('/proc/self/fd') && 'needs /proc' },
  async (t) => {
    const out = join(root, 'models', 'new', 'two');
    const paths = await synced(() => writePackage(out, content));
    const files = (await readdir(out, { recursive: true })).sort();
    t.same(files, [
      ...['golden', 'golden/0.jpg', 'golden/0.rgb', 'manifest.json', 'model.float32.onnx'],
    ]);
    t.same(paths.splice(0, 3), ['..', '', 'models'], 'the folders above it');
    const within = paths.map((path) => /^models\/new\/two\.partial-[^/]+(.*)$/.exec(path)?.[1]);
    t.same(within.slice(0, 6).sort(), ['', ...files.map((file) => `/${file}`)]);
    t.equal(within[5], '', 'the folder when all is in it');
    t.same(paths.slice(6), ['models/new'], 'then its name');
    const again = await synced(() =>
      rm(out, { recursive: true }).then(() => writePackage(out, content)),
    );
    t.same(again.slice(7), ['models/new']);
  },
);

t.test(
  'a manifest spends no byte on its looks: it grows with the square of the classes',
  async (t) => {
    const out = join(root, 'manifest');
    await writePackage(out, content);
    const text = await readFile(join(out, 'manifest.json'), 'utf8');
    t.equal(text, `${JSON.stringify(JSON.parse(text))}\n`);
  },
);

/** Of a process that has gone: no machine counts to so high a number. */
const GONE = { ...ownMark(), pid: 2 ** 30 };

for (const [what, whole, name] of [
  ['has its new one in place', true, 'new'],
  ['whose new one is not whole has its old one back', false, 'old'],
] as const) {
  t.test(`a package that was moved away when its process was killed ${what}`, async (t) => {
    const folder = t.testdir();
    const out = join(folder, 'two');
    const partial = `${out}.partial-${writeMark(GONE)}`;
    for (const [path, of] of [
      [partial, 'new'],
      [`${partial}-replaced`, 'old'],
    ] as const) {
      await mkdir(path);
      if (whole || of === 'old') await writeFile(join(path, 'manifest.json'), of);
    }
    await recoverTarget(out);
    t.same(await readdir(folder), ['two']);
    t.equal(await readFile(join(out, 'manifest.json'), 'utf8'), name);
  });
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeCrop, inspectPicture } from '@edgeloop/imaging';
import { bytes, mebibytes } from '@edgeloop/protocol';
import type fc from 'fast-check';
import sharp from 'sharp';
import t from 'tap';
import { parsePpm } from '../../agent/src/camera/program/ppm-parser.ts';
import { cutJpegs } from '../../agent/src/camera/rpicam/cut-jpegs.ts';
import { parseConfig } from '../../agent/src/config/load-config.ts';
import { ConfigFile } from '../../agent/src/config/schema.ts';
import { jsonElements } from '../../control-plane/src/datasets/import/json-elements.ts';
import {
  fileNamesOf,
  readLabelStudioTask,
} from '../../control-plane/src/datasets/import/label-studio-task.ts';
import { openZip } from '../../control-plane/src/datasets/import/open-zip.ts';
import { readPredictionLines } from '../../control-plane/src/predictions/read-prediction-lines.ts';
import { GOOD } from '../agent/config/stand/good-config.ts';
import { zipOf } from '../control-plane/stand/zips.ts';
import { storedZip } from '../stand/stored-zip.ts';
import { takesItsTime } from './stand/budget.ts';
import { fuzzBytes } from './stand/fuzz-bytes.ts';
import { fuzzValues } from './stand/fuzz-values.ts';
import { demand, readsOrRefuses } from './stand/refusal.ts';
import { nearly } from './stand/schema-values.ts';

takesItsTime(t);

const folder = mkdtempSync(join(tmpdir(), 'edgeloop-fuzz-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

async function* pieces(content: Buffer, size: number) {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}
const cut = (content: Buffer) => pieces(content, Math.max(1, Math.ceil(content.length / 5)));

const path = join(folder, 'import.zip');
const ZIP_LIMITS = { entries: 20, bytes: mebibytes(8), ratio: 200 };

/** What is unpacked is what was promised, by names that stay within. */
async function readZip(content: Buffer): Promise<void> {
  writeFileSync(path, content);
  await readsOrRefuses(async () => {
    const zip = await openZip(path, ZIP_LIMITS);
    try {
      for (const entry of zip.entries) {
        const { path: name } = entry;
        demand(!/^[/\\]|^[a-z]:/i.test(name), `${name} is relative`);
        demand(!name.split(/[/\\]/).includes('..'), `${name} stays within`);
        await readsOrRefuses(async () => {
          const { length } = await entry.read();
          demand(length === entry.bytes, 'as long as the directory says');
        });
      }
    } finally {
      zip.close();
    }
  });
}

const packed = await zipOf({
  'good/1.jpg': 'one'.repeat(300),
  'bad/2.jpg': 'two',
  'labels.json': '[]',
});

t.test('zips of an import', (t) =>
  fuzzBytes(t, {
    name: 'zips',
    cases: 600,
    guide: /\/import\/|yauzl/,
    run: readZip,
    corpus: [
      packed,
      storedZip({ 'good/1.jpg': 'one', '../evil.jpg': 'x', '/abs.jpg': 'y', 'C:/z.jpg': 'z' }),
      storedZip({ 'good/1.jpg': 'one' }, (entry) =>
        entry.writeUInt32LE((0o120777 << 16) >>> 0, 38),
      ),
    ],
  }),
);

const TASKS = [
  {
    id: 1,
    data: { image: '/data/local-files/?d=good/1.jpg', side: 'test' },
    annotations: [{ result: [{ type: 'choices', value: { choices: ['good'] } }] }],
  },
  { image: 'https://host/upload/0a1b2c3d-1.jpg', choice: 'good', sha256: 'ab'.repeat(32) },
  {
    data: { image: 's3://x/%ff%2e%2e/1.jpg' },
    predictions: [{ score: 0.4, model_version: 'm', result: [] }],
  },
].map((task) => JSON.stringify(task));

t.test('labels of an import', (t) =>
  fuzzBytes(t, {
    name: 'labels',
    cases: 1500,
    guide: /\/import\//,
    corpus: [...TASKS, `[${TASKS.join()}]`, `[${TASKS[0]}, {"a":"\\"}]"}]`].map((text) =>
      Buffer.from(text),
    ),
    once: [
      Buffer.from(`[${'['.repeat(100_000)}${']'.repeat(100_000)}]`),
      Buffer.from(`[${'1,'.repeat(20_000)}1]`),
    ],
    run: (content) =>
      readsOrRefuses(async () => {
        const array = content[0] === 0x5b ? content : Buffer.from(`[${content}]`);
        for await (const element of jsonElements(cut(array), bytes(2 ** 20))) {
          const task = readLabelStudioTask(element);
          if ('skipped' in task) continue;
          const names = fileNamesOf(task.picture);
          demand(
            names.every((name) => !/[/\\]/.test(name)),
            `${names} name files`,
          );
        }
      }),
  }),
);

const LINE = JSON.stringify({
  sha256: 'ab'.repeat(32),
  label: 'good',
  int8: { label: 'good', score: 0.9 },
  float32: { label: 'bad', score: 0.5 },
});

t.test('predictions of a package', (t) =>
  fuzzBytes(t, {
    name: 'predictions',
    cases: 1500,
    guide: /\/predictions\//,
    corpus: [Buffer.from(`${LINE}\n${LINE}\n`), Buffer.from(LINE)],
    run: (content) =>
      readsOrRefuses(async () => {
        for await (const line of readPredictionLines(cut(content)))
          demand(line.sha256.length === 64, 'a digest');
      }),
  }),
);

const drawn = sharp({ create: { width: 40, height: 24, channels: 3, background: '#a53' } });
const jpeg = await drawn.clone().jpeg().toBuffer();
const PICTURES = [
  jpeg,
  await drawn.clone().jpeg({ progressive: true }).withMetadata({ orientation: 6 }).toBuffer(),
  await drawn.clone().png().toBuffer(),
  await drawn.clone().webp().toBuffer(),
];
const PLAN = { resize: 24, crop: 16, kernel: 'linear' } as const;

t.test('pictures', (t) =>
  fuzzBytes(t, {
    name: 'pictures',
    cases: 300,
    corpus: PICTURES,
    guide: /\/imaging\//,
    async run(content) {
      await readsOrRefuses(async () => {
        demand((await decodeCrop(content, PLAN)).length === 3 * 16 ** 2, 'a crop of its size');
      });
      await readsOrRefuses(() => inspectPicture(content));
    },
  }),
);

t.test("a camera's stream of JPEGs", (t) =>
  fuzzBytes(t, {
    name: 'JPEG frames',
    cases: 4000,
    guide: /\/rpicam\//,
    corpus: [Buffer.concat([jpeg, jpeg, jpeg]), ...PICTURES],
    async run(content) {
      let at = 0;
      await readsOrRefuses(async () => {
        for await (const frame of cutJpegs(cut(content))) {
          if (frame.kind !== 'encoded') continue;
          const { length } = frame.bytes;
          demand(content.subarray(at, at + length).equals(frame.bytes), 'one after another');
          at += length;
        }
      });
    },
  }),
);

const ppm = Buffer.concat([Buffer.from('P6\n4 2\n255\n'), Buffer.alloc(24, 7)]);

t.test("ffmpeg's stream of pictures", (t) =>
  fuzzBytes(t, {
    name: 'PPM frames',
    cases: 2000,
    corpus: [ppm, Buffer.concat([ppm, ppm])],
    guide: /\/program\//,
    run: (content) =>
      readsOrRefuses(async () => {
        for await (const { width, height, data } of parsePpm(cut(content))) {
          demand(data.length === 3 * width * height, 'as large as it says');
        }
      }),
  }),
);

const read = (text: string) =>
  readsOrRefuses(() => parseConfig(text, '/etc/edgeloop/agent.yaml'), 32_000);
const ALIASES = Array.from(
  { length: 12 },
  (_, i) => `a${i}: &a${i} [${`*a${i - 1},`.repeat(i === 0 ? 0 : 9)}1]`,
);

t.test('configurations with bytes changed', (t) =>
  fuzzBytes(t, {
    name: 'configuration bytes',
    cases: 120,
    guide: /\/agent\/.*\/config\//,
    corpus: [
      Buffer.from(GOOD),
      Buffer.from(`${GOOD}sampling: { random: 100 }\nheat: off\n`),
      Buffer.from(`x: &x [1]\ny: *x\n<<: *x\n? [a]\n: b\n`),
    ],
    once: [
      Buffer.from(ALIASES.join('\n')),
      Buffer.from('['.repeat(5_000)),
      Buffer.from(`${'{a: '.repeat(1_000)}`),
      Buffer.from(`x: *nobody\n`),
    ],
    run: (content) => read(content.toString()),
  }),
);

t.test('configurations that nearly fit', (t) =>
  fuzzValues(t, {
    name: 'configurations',
    cases: 60,
    values: nearly(ConfigFile) as fc.Arbitrary<unknown>,
    run: (value) => read(JSON.stringify(value)),
  }),
);

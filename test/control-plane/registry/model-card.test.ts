import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MANIFEST_FILE, parseManifest } from '@edgeloop/protocol';
import t from 'tap';
import { modelCard } from '../../../control-plane/src/registry/model-card.ts';
import type { ModelLineage, ModelView } from '../../../control-plane/src/resources/model.ts';
import { writeColourPackage } from '../../stand/models/colour-package.ts';

const folder = await writeColourPackage(mkdtempSync(join(tmpdir(), 'card-')));
const manifest = parseManifest(readFileSync(join(folder, MANIFEST_FILE), 'utf8'));
const digest = 'a'.repeat(64);
const MODEL = {
  digest,
  task: 'colours',
  name: 'colours',
  state: 'registered',
  refusal: null,
  accuracy: 1,
  dataset: manifest.lineage.dataset,
  parent: null,
  job: null,
  aliases: ['champion'],
  manifest,
  createdAt: '2026-11-26T00:00:00.000Z',
  createdBy: 'token:ci',
  decidedAt: null,
  signature: null,
} as unknown as ModelView;
const LINEAGE = {
  digest,
  task: 'colours',
  parents: [],
  job: null,
  recipe: {},
  code: {},
  devices: [],
  dataset: { fingerprint: manifest.lineage.dataset, version: null, samples: null, origins: [] },
} as unknown as ModelLineage;

/** Every heading is followed by text. */
function emptyHeadings(card: string): string[] {
  return card
    .split('\n\n')
    .filter(
      (block, i, all) => /^#/.test(block) && (!all[i + 1] || /^#/.test(all[i + 1] as string)),
    );
}

t.test('a card says what is known, and has no empty heading', async (t) => {
  const card = modelCard(MODEL, LINEAGE);
  t.same(emptyHeadings(card), []);
  t.match(card, /Tells apart 3 classes of the task colours in a picture: red, green, blue/);
  t.match(card, /of the task colours: registered, champion\./);
  t.match(card, /\| red \| 100.0 % \| 100.0 % \| 1 \|/);
  t.notMatch(card, /## (Training|Quantization)/, 'nothing to say');

  const { metrics: _metrics, ...bare } = manifest;
  const without = modelCard({ ...MODEL, manifest: bare as ModelView['manifest'] }, LINEAGE);
  t.same(emptyHeadings(without), []);
  t.notMatch(without, /## (Accuracy|Confusion)/);
});

t.test('with everything', async (t) => {
  const full = {
    ...manifest,
    quantization: {
      method: 'percentile',
      methods: [],
      decibels: 31.25,
      layers: [],
      floatLayers: ['fc'],
      pictures: 100,
      agreement: 0.985,
    },
    lineage: {
      ...manifest.lineage,
      recipe: { epochs: 5, init: { kind: 'random' } },
      code: { node: '22' },
    },
  };
  const origins = [
    { device: 'door-1', camera: 'cam0', samples: 40 },
    { device: null, camera: null, samples: 2 },
  ];
  const card = modelCard(
    { ...MODEL, manifest: full } as ModelView,
    {
      ...LINEAGE,
      parents: ['b'.repeat(64)],
      job: 'job-1',
      dataset: { ...LINEAGE.dataset, version: 3, samples: 42, origins },
    } as ModelLineage,
  );
  t.same(emptyHeadings(card), []);
  for (const expected of [
    /31.3 dB.*98.5 %.*Kept in float: fc/,
    /\| epochs \| 5 \|/,
    /\| init \| \\{"kind":"random"\\} \|/,
    /Dataset version 3, 42 samples/,
    /Began from model `b{64}`/,
    /\| door-1 \| cam0 \| 40 \|/,
    /\| imported \| – \| 2 \|/,
  ]) {
    t.match(card, expected);
  }
});

t.test('names from a stranger stay text', async (t) => {
  const classes = ['<script>', 'a|b', '# x\n## y', '[z](http://x)'];
  const { metrics: _metrics, ...bare } = manifest;
  const card = modelCard(
    { ...MODEL, name: '# evil', manifest: { ...bare, classes } } as ModelView,
    LINEAGE,
  );
  t.notMatch(card, /<script>|^## y|[^\\]\]\(http/m);
  t.equal(card.match(/^# /gm)?.length, 1);
});

import { packageFiles, parseManifest } from '@edgeloop/protocol';
import t from 'tap';

const file = (path: string) => ({ path, bytes: 3, sha256: 'cd'.repeat(32) });
const manifest = {
  format: 1,
  name: 'starter',
  classes: ['good', 'scratch'],
  crop: { resize: 73, crop: 64, kernel: 'linear' },
  variants: {
    int8: {
      file: file('model.int8.onnx'),
      tensor: { type: 'uint8', layout: 'NHWC', padding: 3, padValue: [124, 116, 104] },
      calibration: { temperature: 1.4, samples: 40, ece: { before: 0.08, after: 0.03 } },
    },
  },
  golden: {
    cases: [
      { image: file('golden/0.jpg'), cropped: file('golden/0.bin'), logits: { int8: [1, -1] } },
    ],
    tolerance: { croppedMean: 1, score: 0.05 },
  },
  metrics: {
    samples: { train: 8, validation: 1, test: 2, skipped: 0 },
    trainAccuracy: 1,
    validationAccuracy: 1,
    test: {
      int8: {
        accuracy: 1,
        confusion: [
          [1, 0],
          [0, 1],
        ],
        perClass: {},
      },
    },
    predictions: file('predictions.jsonl'),
  },
  lineage: { dataset: 'ef'.repeat(32), recipe: { seed: 1 }, code: { trainer: '0.1.0' } },
};

t.test('a manifest is read, and names its files', async (t) => {
  const parsed = parseManifest(JSON.stringify(manifest));
  t.same(parsed, manifest);
  t.same(
    packageFiles(parsed).map(({ path }) => path),
    ['model.int8.onnx', 'golden/0.jpg', 'golden/0.bin', 'predictions.jsonl'],
  );
});

t.test(
  'a variant without calibration, of a model that was not trained here, is read',
  async (t) => {
    const bare = structuredClone(manifest) as { variants: { int8: { calibration?: unknown } } };
    delete bare.variants.int8.calibration;
    t.notOk('calibration' in (parseManifest(JSON.stringify(bare)).variants.int8 ?? {}));
  },
);

const changed = (change: (copy: typeof manifest) => void) => {
  const copy = structuredClone(manifest);
  change(copy);
  return JSON.stringify(copy);
};

for (const [what, text, code, message] of [
  ['no JSON', '{', 'PACKAGE_MANIFEST_INVALID', /expected JSON/],
  [
    'another format',
    changed((m) => {
      m.format = 2;
    }),
    'PROTOCOL_VERSION_UNKNOWN',
    /format 1, received 2/,
  ],
  [
    'a path out of the folder',
    changed((m) => {
      m.metrics.predictions.path = '../etc/passwd';
    }),
    'PACKAGE_MANIFEST_INVALID',
    /metrics\.predictions\.path/,
  ],
  [
    'an absolute path',
    changed((m) => {
      m.metrics.predictions.path = '/etc/passwd';
    }),
    'PACKAGE_MANIFEST_INVALID',
    /metrics\.predictions\.path/,
  ],
  [
    'a dot in the path',
    changed((m) => {
      m.metrics.predictions.path = 'a/./b';
    }),
    'PACKAGE_MANIFEST_INVALID',
    /predictions\.path/,
  ],
  [
    'twice the same class',
    changed((m) => {
      m.classes = ['good', 'good'];
    }),
    'PACKAGE_MANIFEST_INVALID',
    /distinct classes/,
  ],
  [
    'too few golden logits',
    changed((m) => {
      m.golden.cases[0]?.logits.int8.pop();
    }),
    'PACKAGE_MANIFEST_INVALID',
    /expected 2 logits of int8 for golden\/0\.jpg, received 1/,
  ],
  [
    'a temperature that no score survives',
    changed((m) => {
      m.variants.int8.calibration.temperature = 0;
    }),
    'PACKAGE_MANIFEST_INVALID',
    /variants\.int8\.calibration\.temperature/,
  ],
  [
    'no variant',
    changed((m) => {
      m.variants = {} as typeof m.variants;
    }),
    'PACKAGE_MANIFEST_INVALID',
    /expected at least one variant, received none/,
  ],
  [
    'a crop larger than the picture',
    changed((m) => {
      m.crop.crop = 80;
    }),
    'PACKAGE_MANIFEST_INVALID',
    /crop at most resize/,
  ],
] as const) {
  t.test(`${what} is refused`, async (t) => {
    t.throws(() => parseManifest(text), { code, message });
  });
}

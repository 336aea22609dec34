import { parseId } from '@edgeloop/protocol';
import { fitLearningCurve } from '../../../trainer/src/evaluate/learning-curve.ts';
import type { RunRecord } from '../../../trainer/src/report/run-record.ts';

/** Names as they come, and as someone who means harm gives them. */
export const HOSTILE = ['<script>alert(1)</script>', `"&'`, 'good'] as const;

const digest = parseId('sha256', 'ab'.repeat(32));

/** Logits that are so sure of a class. */
export const judge = (label: number, predicted: number, margin: number) => ({
  label,
  predicted,
  logits: HOSTILE.map((_, i) => (i === predicted ? margin : 0)),
});

const labels = Array.from({ length: 30 }, (_, i) => i % 3);
const pictures = labels.map((label, i) => ({ file: `${label}/"${i}"<b>.jpg`, label }));
const right = labels.map((label) => judge(label, label, 4));

/** Two of thirty wrong in INT8, the second surer than the first; FP32 got the first right. */
const int8 = right.map((one, i) => {
  if (i === 3) return judge(one.label, 1, 1);
  return i === 7 ? judge(one.label, 2, 5) : one;
});

/** A finished run with three classes. */
export const EXAMPLE: RunRecord = {
  name: 'parts <em>&',
  package: digest,
  started: '2026-11-25T08:30:12.000Z',
  seconds: 754,
  imagesPerSecond: 81.25,
  classes: HOSTILE,
  fingerprint: digest,
  train: [...pictures, ...pictures],
  validation: pictures,
  test: pictures,
  duplicates: 1,
  skipped: [{ file: 'good/<i>torn</i>.jpg', reason: 'Expected a "picture"' }],
  epochs: [1, 2, 3].map((epoch) => ({
    epoch,
    loss: 1 / epoch,
    accuracy: 1 - 0.3 / epoch,
    validationLoss: 1.5 / epoch,
    validationAccuracy: 1 - 0.4 / epoch,
    learningRate: 0.01 / epoch,
  })),
  trainAccuracy: 0.98,
  validationJudged: { int8: right, float32: right },
  testJudged: { int8, float32: int8.map((one, i) => (i === 3 ? judge(0, 0, 1) : one)) },
  bytes: { int8: 11_300_000, float32: 44_700_000 },
  latency: {
    int8: [{ threads: 1, runs: 30, median: 8.2, p95: 9.1 }],
    float32: [{ threads: 1, runs: 30, median: 25.4, p95: 31 }],
  },
  quantization: {
    method: 'entropy',
    methods: [],
    decibels: 31.2,
    layers: [],
    floatLayers: [],
    pictures: 60,
  },
  learning: fitLearningCurve(
    [10, 20, 40, 60].flatMap((n) =>
      [0, 1, 2].map((seed) => ({ pictures: n, seed, accuracy: 1 - n ** -0.5 })),
    ),
    200,
    'probe',
  ),
  recipe: { architecture: 'resnet18', labelSmoothing: 0.1, cropScale: [0.6, 1], frozen: false },
  baseWeights: { file: 'weights<x>.safetensors', sha256: digest },
  versions: { trainer: '0.1.0', onnxruntime: '1.30.0' },
  machine: { cpu: 'A <processor>', cores: 2, memoryBytes: 8 * 2 ** 30, system: 'linux x64' },
};

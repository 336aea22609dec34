import type { Sha256 } from '@edgeloop/protocol';
import t from 'tap';
import { parseScenario } from '../../../../agent/src/simulate/scenario/load-scenario.ts';

const DIGEST = 'ab'.repeat(32) as Sha256;
const parse = (text: string, models: Readonly<Record<string, Sha256>> = {}) =>
  parseScenario(text, 'a/fleet.yaml', models);

t.test('an empty scenario is a fleet that is well', async (t) => {
  t.match(parse('{}'), {
    slot: 'main',
    behaviours: [],
    attributes: {},
    health: { interval: 10_000 },
    update: { downloads: 'real', probation: 60_000 },
    scene: { dusk: null },
  });
});

t.test('durations are milliseconds, and names of models their digests', async (t) => {
  const scenario = parse(
    `
runs: champion
health: {interval: 250ms, frames: 40}
scene: {mix: {good: 3, bad: 1}, dusk: {after: 2s, mix: {good: 1}}}
behaviours:
  - devices: {share: 0.5}
    when: {runs: candidate, after: 1min, for: 2s}
    does: {slow: 3, flaps: {up: 1s, down: 500ms}, swap: [good, bad]}
`,
    { champion: DIGEST, candidate: 'cd'.repeat(32) as Sha256 },
  );
  t.match(scenario, {
    runs: DIGEST,
    health: { interval: 250, frames: 40 },
    scene: { dusk: { after: 2000, over: 0, mix: { good: 1 }, confidence: 0 } },
  });
  t.same(scenario.behaviours, [
    {
      devices: { share: 0.5 },
      when: { runs: 'cd'.repeat(32), after: 60_000, for: 2000 },
      does: { slow: 3, flaps: { up: 1000, down: 500 }, swap: ['good', 'bad'] },
    },
  ]);
});

t.test('a name given beside the file holds over that of the file', async (t) => {
  const text = `{models: {champion: ${'cd'.repeat(32)}}, runs: champion}`;
  t.equal(parse(text, { champion: DIGEST }).runs, DIGEST);
});

t.test('mistakes are told with their line', async (t) => {
  for (const [text, expected] of [
    ['behaviour: []', /^fleet\.yaml:1: behaviour: unknown key\..*behaviours/],
    ['seed: 1\nhealth: {intervall: 1s}', /^fleet\.yaml:2: health\.intervall: unknown key/],
    ['health: {interval: 5}', /health\.interval, received 5/],
    [
      'behaviours: [{does: {slow: 0}}]',
      /more than 0 and at most 1000 for behaviours\[0\]\.does\.slow/,
    ],
    ['behaviours: [{does: {lies: often}}]', /"model" or "counters"/],
    ['behaviours: [{devices: {share: 2}, does: {}}]', /behaviours\[0\]\.devices/],
    [
      `behaviours: [{when: {runs: candidte}, does: {}}]\nmodels: {candidate: ${DIGEST}}`,
      /fleet\.yaml:1: behaviours\[0\]\.when\.runs: .*candidate.*--model candidte=/,
    ],
    ['runs: other', /runs: expected a digest, or one of models \(none\)/],
    ['scene: {mix: {good: 0}}', /scene\.mix: expected a class that weighs more than 0/],
    ['behaviours: [{does: {swap: [good, goood]}}]', /received "goood"\. Did you mean/],
    ['scene: {dusk: {after: 1s, mix: {night: 1}}}', /scene\.dusk\.mix: expected classes/],
    ['a: [', /^fleet\.yaml:1: /],
  ] as const) {
    t.throws(() => parse(text), { code: 'CONFIG_INVALID', message: expected }, text);
  }
});

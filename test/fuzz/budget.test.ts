import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { LONG_FACTOR } from './stand/budget.ts';

const TARGET = /\bfuzz(Bytes|Values)\(/g;
const CASES = /^ +cases: ([\d_]+),$/gm;

t.test('as many hostile cases are run as docs/threat-model.md says', async (t) => {
  const files = readdirSync(new URL('.', import.meta.url)).filter((name) =>
    name.endsWith('.test.ts'),
  );
  let all = 0;
  for (const name of files.filter((name) => name !== 'budget.test.ts')) {
    const text = readFileSync(new URL(name, import.meta.url), 'utf8');
    const cases = [...text.matchAll(CASES)].map(([, number = '']) =>
      Number(number.replaceAll('_', '')),
    );
    t.equal(cases.length, [...text.matchAll(TARGET)].length, `${name}: of each target`);
    all += cases.reduce((sum, some) => sum + some, 0);
  }
  t.ok(all >= 50_000, `${all} in CI`);
  t.ok(all * LONG_FACTOR >= 1_000_000, `${all * LONG_FACTOR} at full length`);
});

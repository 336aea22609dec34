import t from 'tap';
import { fitsPattern } from '../../../control-plane/src/devices/id-pattern.ts';

for (const [pattern, device, fits] of [
  [null, 'anything', true],
  ['line-1', 'line-1', true],
  ['line-1', 'line-12', false],
  ['line-*', 'line-', true],
  ['line-*', 'line-12', true],
  ['line-*', 'pi-line-1', false],
  ['*-1', 'pi-1', true],
  ['*-1', 'pi-11', false],
  ['*', 'a', true],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['a*b*c', 'a-b-c', true],
  ['a*b*c', 'acb', false],
  ['a*b*b', 'a-b', false],
  ['**', 'x', true],
] as const) {
  t.test(`${pattern} ${fits ? 'fits' : 'does not fit'} ${device}`, async (t) => {
    t.equal(fitsPattern(pattern, device), fits);
  });
}

t.test('in no time, whatever the pattern', async (t) => {
  const begun = performance.now();
  t.notOk(fitsPattern(`${'*a'.repeat(31)}*b`, 'a'.repeat(63)));
  t.ok(performance.now() - begun < 100);
});

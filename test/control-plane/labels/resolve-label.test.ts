import { epochMillis } from '@edgeloop/protocol';
import t from 'tap';
import type { LabelEvent } from '../../../control-plane/src/labels/label-event.ts';
import { resolveLabel } from '../../../control-plane/src/labels/resolve-label.ts';

/**
 * `anna good`, `op! bad`, `anna -` for none of these, `anna skip`, `anna undo 1`; ids count from 1.
 */
function events(...lines: readonly string[]): LabelEvent[] {
  return lines.map((line, i) => {
    const [who, what, undoes] = line.split(' ') as [string, string, string?];
    const said = {
      id: i + 1,
      by: who.replace('!', ''),
      at: epochMillis(i),
      settles: who.endsWith('!'),
    };
    if (what === 'skip') return { ...said, kind: 'skip' };
    if (what === '-') return { ...said, kind: 'none' };
    if (what === 'undo') return { ...said, kind: 'undo', undoes: Number(undoes) };
    return { ...said, kind: 'class', class: what };
  });
}

const unlabelled = { state: 'unlabelled' };
const disputed = { state: 'disputed' };
const none = { state: 'none' };
const good = { state: 'class', class: 'good' };
const bad = { state: 'class', class: 'bad' };

for (const [name, lines, expected] of [
  ['nobody spoke', [], unlabelled],
  ['one word', ['anna good'], good],
  ['not any of these', ['anna -'], none],
  ['a skip says nothing', ['anna skip'], unlabelled],
  ['the last word of a person counts', ['anna good', 'anna bad'], bad],
  ['undone', ['anna good', 'anna undo 1'], unlabelled],
  ['undone, the word before counts again', ['anna good', 'anna bad', 'anna undo 2'], good],
  ['labelled again after an undo', ['anna good', 'anna undo 1', 'anna bad'], bad],
  ['an undone skip changes nothing', ['anna good', 'anna skip', 'anna undo 2'], good],
  ['two agree', ['anna good', 'ben good'], good],
  ['two disagree', ['anna good', 'ben bad'], disputed],
  ['none against a class', ['anna good', 'ben -'], disputed],
  ['a third decides', ['anna good', 'ben bad', 'cleo bad'], bad],
  ['three of a mind each', ['anna good', 'ben bad', 'cleo -'], disputed],
  ['two of four are no majority', ['anna good', 'ben bad', 'cleo bad', 'dan good'], disputed],
  ['one gives in', ['anna good', 'ben bad', 'anna bad'], bad],
  ['the dispute ends with an undo', ['anna good', 'ben bad', 'ben undo 2'], good],
  ['an operator settles', ['anna good', 'ben good', 'op! bad'], bad],
  ['and stays settled', ['op! bad', 'anna good', 'ben good'], bad],
  ['the newest of two operators', ['op! bad', 'oz! good'], good],
  ['until undone', ['anna good', 'op! bad', 'op undo 2'], good],
] as const) {
  t.same(resolveLabel(events(...lines)), expected, name);
  t.same(resolveLabel(events(...lines).toReversed()), expected, `${name}: whatever the order read`);
}

import type { TaskId } from '@edgeloop/protocol';
import { counted } from '@edgeloop/protocol/counted';
import type { Transaction } from 'kysely';
import type { Tables } from '../database/tables.ts';
import { ControlPlaneError } from '../errors.ts';
import { SIDES, type Side } from '../samples/side.ts';

/** Labelled samples of a class on a side, and how many groups of pictures alike they are. */
interface SideSupply {
  readonly label: string;
  readonly side: Side;
  readonly samples: number;
  readonly groups: number;
}

/** Labelled samples that no dataset takes, by why. */
interface LeftOut {
  readonly straddling: number;
  readonly chosenForTest: number;
}

/** Classes that are named; a task may have a thousand. */
const NAMED = 20;

/** Why what is labelled is no dataset: which class lacks what on which side. */
export async function datasetTooSmall(
  trx: Transaction<Tables>,
  task: TaskId,
  classes: readonly string[],
): Promise<ControlPlaneError> {
  const rows = await trx
    .selectFrom('samples')
    .select(({ fn }) => [
      ...(['label', 'side', 'straddles', 'origin'] as const),
      fn.countAll<number>().as('samples'),
      fn.count<number>('group_id').distinct().as('groups'),
    ])
    .where('task', '=', task)
    .where('label', 'in', classes.length > 0 ? classes : [''])
    .groupBy(['label', 'side', 'straddles', 'origin'])
    .execute();
  const isChosenForTest = ({ side, origin }: (typeof rows)[number]) =>
    side === 'test' && origin === 'chosen';
  const taken = rows.filter((row) => row.straddles === 0 && !isChosenForTest(row));
  const sum = (some: typeof rows) => some.reduce((total, row) => total + Number(row.samples), 0);
  const leftOut = {
    straddling: sum(rows.filter(({ straddles }) => straddles === 1)),
    chosenForTest: sum(rows.filter((row) => row.straddles === 0 && isChosenForTest(row))),
  };
  const supply = taken.map(({ label, side, samples, groups }) => ({
    label: label as string,
    side,
    samples: Number(samples),
    groups: Number(groups),
  }));
  return new ControlPlaneError('DATASET_TOO_SMALL', inWords(task, classes, supply, leftOut));
}

const named = (classes: readonly string[]) => classes.slice(0, NAMED).join(', ');

/** @param supply may have several of one class and side */
function inWords(
  task: TaskId,
  classes: readonly string[],
  supply: readonly SideSupply[],
  { straddling, chosenForTest }: LeftOut,
): string {
  const onSide = (name: string, side: Side) => {
    const rows = supply.filter((row) => row.label === name && row.side === side);
    const samples = rows.reduce((sum, row) => sum + row.samples, 0);
    const groups = rows.reduce((sum, row) => sum + row.groups, 0);
    return { samples, text: samples === 0 ? `${side} 0` : `${side} ${samples} in ${groups}` };
  };
  const isLabelled = (name: string) => supply.some(({ label }) => label === name);
  const trainable = classes.filter((name) => onSide(name, 'train').samples > 0);
  const untrained = classes.filter((name) => !trainable.includes(name));
  const isShort = trainable.length < 2;
  // A class that nothing is labelled as is in no dataset.
  const lacking = isShort ? untrained : untrained.filter(isLabelled);
  const line = (name: string) =>
    `${name}: ${SIDES.map((side) => onSide(name, side).text).join(', ')}`;
  const shown = [...lacking, ...trainable].slice(0, NAMED).map(line);
  const expected = isShort
    ? `at least two classes on the training side of ${task}, received ${trainable.length}`
    : `each class on the training side of ${task}, received none of ${named(lacking)}`;
  const sentences = [
    `Expected labelled samples of ${expected}.`,
    ...(shown.length > 0 ? [`Samples in groups of pictures alike: ${shown.join('; ')}.`] : []),
    ...(supply.length > 0
      ? ['A group is on one side, so pictures alike may all be on another.']
      : []),
    ...(straddling > 0
      ? [
          `${counted(straddling, 'is left out that is', 'are left out that are')} near to groups of two sides.`,
        ]
      : []),
    ...(chosenForTest > 0
      ? [
          `${counted(chosenForTest, 'is left out that was chosen and looks', 'are left out that were chosen and look')} like the test side.`,
        ]
      : []),
    lacking.length > 0
      ? `Label or import other pictures of ${named(lacking)}.`
      : 'Add a class and label or import pictures of it.',
  ];
  return sentences.join(' ');
}

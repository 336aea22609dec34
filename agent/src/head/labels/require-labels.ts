import { didYouMean } from '@edgeloop/protocol';
import { AgentError } from '../../errors.ts';
import type { LabelledPicture } from './labelled-folder.ts';
import { splitLabels } from './split-labels.ts';

/** Fewer show nothing on a quarter of them. */
const LEAST_LABELLED = 20;
/** Of each of two classes: a head that is shown one class learns to say nothing else. */
const LEAST_OF_CLASS = 4;

/** @throws AgentError `LABEL_REFUSED` for a class that the model does not have */
export function requireClass(label: string, classes: readonly string[]): void {
  if (classes.includes(label)) return;
  throw new AgentError(
    'LABEL_REFUSED',
    `Expected a class of the model (${classes.join(', ')}), received "${label}".${didYouMean(label, classes)} A head that is tuned on the device has the classes of its model: a new class takes a training, with samples that are labelled in the control plane.`,
  );
}

/**
 * What can be fitted on: pictures of the model's classes.
 * @throws AgentError `HEAD_REFUSED` where they are too few
 */
export function requireLabels(
  pictures: readonly LabelledPicture[],
  classes: readonly string[],
): readonly LabelledPicture[] {
  const known = pictures.filter(({ label }) => classes.includes(label));
  const { train, heldOut } = splitLabels(known);
  const enough = classes.filter((name) => {
    const of = (some: readonly LabelledPicture[]) => some.filter(({ label }) => label === name);
    return of(known).length >= LEAST_OF_CLASS && of(train).length > 0 && of(heldOut).length > 0;
  });
  if (known.length >= LEAST_LABELLED && enough.length >= 2) return known;
  const counts = classes.map((name) => {
    const count = known.filter(({ label }) => label === name).length;
    return `${count} of ${name}`;
  });
  throw new AgentError(
    'HEAD_REFUSED',
    `Expected at least ${LEAST_LABELLED} labelled pictures, and of two classes ${LEAST_OF_CLASS} that were not taken within the same half minute, received ${counts.join(', ')}. Label more: edgeloop-agent head label.`,
  );
}

import { counted } from '@edgeloop/protocol/counted';
import type { FitOutcome } from './fit-over.ts';
import type { HeadStatus } from './heads.ts';

/** What a fit came to, for a person. */
export function fitWords(outcome: FitOutcome): string {
  const { figures, labelled, leftOut } = outcome;
  const { pictures, right, rightBefore } = figures;
  const of = `From ${counted(labelled, 'labelled picture')}${leftOut > 0 ? `, ${leftOut} left out` : ''}.`;
  if (!outcome.taken) return `${of} Not taken: ${outcome.why}. The head before decides on.`;
  return `${of} Of ${pictures} that it was not fitted on ${counted(right, 'is', 'are')} right, ${rightBefore} by the model's own: the tuned head decides.`;
}

/** How a slot's head stands, for a person. */
export function statusWords({ slot, model, labels, fitting, head, problem }: HeadStatus): string {
  const counts = Object.entries(labels).map(([label, count]) => `${count} ${label}`);
  const decides = head
    ? `head ${head.digest.slice(0, 12)}, tuned ${head.fittedAt} from ${counted(head.labelled, 'picture')}, of ${head.heldOut.pictures} held out ${head.heldOut.right} right (${head.heldOut.rightBefore} by its own)`
    : 'its own head';
  return [
    `${slot}: model ${model.slice(0, 12)}, ${decides}`,
    `  labelled here: ${counts.join(', ') || 'none'}`,
    ...(fitting ? ['  a fit is under way'] : []),
    ...(problem ? [`  ${problem.message}`] : []),
  ].join('\n');
}

import { testedShare } from '../../../../control-plane/src/labels/progress/champion-test.ts';
import {
  type ClassEvidence,
  NONE_WAITS,
} from '../../../../control-plane/src/labels/progress/class-evidence.ts';

/** Of a class with so many labels; the champion was right on so many of so many. */
export function evidence(
  name: string,
  labels: number,
  champion: readonly [right: number, samples: number] | ClassEvidence['champion'],
  given: Partial<ClassEvidence> = {},
): ClassEvidence {
  return {
    class: name,
    labels,
    newLabels: 0,
    queue: NONE_WAITS,
    lately: { guessed: 0, wrong: 0 },
    champion:
      'state' in champion ? champion : { state: 'tested', recall: testedShare(...champion) },
    ...given,
  };
}

import { constants, setPriority } from 'node:os';
import type { CheckAnswer } from './check-result.ts';
import { findDamages } from './find-damages.ts';

// What others leave of the processor will do. Where the system does not let it, it runs as any
// other.
try {
  setPriority(constants.priority.PRIORITY_LOW);
} catch {}
process.on('disconnect', () => process.exit(1));
const answer = look(process.argv[2] as string);
process.send?.(answer, undefined, undefined, () => process.exit(0));

function look(path: string): CheckAnswer {
  try {
    return { damages: findDamages(path, 'quick_check', { readonly: true }) };
  } catch (error) {
    return { failure: (error as Error).message };
  }
}

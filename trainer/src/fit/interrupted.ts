import { TrainerError } from '../errors.ts';

/** The error that an interrupted command ends with. */
export function interrupted(signalName: string): TrainerError {
  return new TrainerError(
    'FIT_INTERRUPTED',
    `Stopped by ${signalName}. No package was written: one is made only when all is done.`,
  );
}

/** Ends that the same command can go on from, where a checkpoint is. */
const PASSING: readonly string[] = ['FIT_INTERRUPTED', 'OUT_OF_MEMORY'];

/**
 * The end of a fit, with how to go on from its checkpoint.
 * @param resuming The command said that it would, so the same does again.
 */
export function withCheckpoint(end: unknown, folder: string, resuming: boolean): unknown {
  if (!(end instanceof TrainerError && PASSING.includes(end.code))) return end;
  const command = resuming ? 'the same command' : 'the same command with --resume';
  return new TrainerError(
    end.code,
    `${end.message} The checkpoint in ${folder} is kept: ${command} goes on from it.`,
    { cause: end },
  );
}

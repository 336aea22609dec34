import { TrainerError } from '../errors.ts';

/** The error that an interrupted command ends with. */
export function interrupted(signalName: string): TrainerError {
  return new TrainerError(
    'FIT_INTERRUPTED',
    `Stopped by ${signalName}. No package was written: one is made only when all is done.`,
  );
}

/** The same, where a checkpoint is there. */
export function withCheckpoint(error: TrainerError, folder: string): TrainerError {
  return new TrainerError(
    error.code,
    `${error.message} The checkpoint in ${folder} is kept: the same command with --resume goes on from it.`,
    { cause: error },
  );
}

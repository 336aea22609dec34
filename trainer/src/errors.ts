import { EdgeloopError } from '@edgeloop/protocol';

/**
 * Codes of `trainer` and the exit status that a command ends with. 40–49 and 100–109 are this
 * package's; 130 is the shell's.
 */
const EXIT_STATUS = {
  DATASET_NOT_FOUND: 40,
  DATASET_EMPTY: 41,
  DATASET_ONE_CLASS: 42,
  DATASET_CLASS_TOO_SMALL: 43,
  DATASET_CONTRADICTORY: 44,
  OPTION_INVALID: 45,
  PACKAGE_EXISTS: 46,
  MODEL_NOT_FOUND: 47,
  WEIGHTS_REFUSED: 48,
  WEIGHTS_UNREACHABLE: 49,
  CHECKPOINT_REFUSED: 100,
  OUT_OF_MEMORY: 101,
  DATASET_CHANGED: 102,
  RUN_UNFINISHED: 103,
  CONTROL_PLANE_REFUSED: 104,
  FIT_DIED: 105,
  UPLOAD_UNREADABLE: 106,
  FIT_INTERRUPTED: 130,
} as const;

export class TrainerError extends EdgeloopError<keyof typeof EXIT_STATUS> {
  constructor(code: keyof typeof EXIT_STATUS, message: string, options?: ErrorOptions) {
    super(code, EXIT_STATUS[code], message, options);
  }
}

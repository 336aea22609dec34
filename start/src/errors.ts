import { EdgeloopError } from '@edgeloop/protocol';

/** Codes of `npm start` and the exit status that it ends with. 70–79 are this package's. */
const EXIT_STATUS = {
  OPTION_INVALID: 70,
  PROCESS_ENDED: 71,
  NOT_IN_TIME: 72,
  RESULTS_LOST: 73,
  PORT_IN_USE: 74,
  TOKEN_MISSING: 75,
} as const;

export class StartError extends EdgeloopError<keyof typeof EXIT_STATUS> {
  constructor(code: keyof typeof EXIT_STATUS, message: string, options?: ErrorOptions) {
    super(code, EXIT_STATUS[code], message, options);
  }
}

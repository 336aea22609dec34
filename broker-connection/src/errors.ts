import { EdgeloopError } from '@edgeloop/protocol';

/** Codes of a connection and the exit status that a command ends with. 80–89 are this package's. */
const EXIT_STATUS = {
  CONNECTION_LOST: 80,
} as const;

export class ConnectionError extends EdgeloopError<keyof typeof EXIT_STATUS> {
  constructor(code: keyof typeof EXIT_STATUS, message: string, options?: ErrorOptions) {
    super(code, EXIT_STATUS[code], message, options);
  }
}

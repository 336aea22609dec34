import { EdgeloopError } from '@edgeloop/protocol';

/** Codes of `imaging` and the exit status that a command ends with. 30–39 are this package's. */
const EXIT_STATUS = {
  IMAGE_UNREADABLE: 30,
} as const;

export class ImagingError extends EdgeloopError<keyof typeof EXIT_STATUS> {
  constructor(code: keyof typeof EXIT_STATUS, message: string, options?: ErrorOptions) {
    super(code, EXIT_STATUS[code], message, options);
  }
}

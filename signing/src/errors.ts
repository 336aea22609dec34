import { EdgeloopError } from '@edgeloop/protocol/errors';

/** Codes of `signing` and the exit status that a command ends with. 110–119 are this package's. */
const EXIT_STATUS = {
  KEY_FILE_INVALID: 110,
  KEY_FILE_EXISTS: 111,
  KEY_UNKNOWN: 112,
  SIGNATURE_MISSING: 113,
  SIGNATURE_WRONG: 114,
  ROOT_INVALID: 115,
  ROOT_VERSION_WRONG: 116,
  ROOT_EXPIRED: 117,
  ASSIGNMENT_REFUSED: 118,
  KEY_FILE_UNWRITABLE: 119,
} as const;

export class SigningError extends EdgeloopError<keyof typeof EXIT_STATUS> {
  constructor(code: keyof typeof EXIT_STATUS, message: string, options?: ErrorOptions) {
    super(code, EXIT_STATUS[code], message, options);
  }
}

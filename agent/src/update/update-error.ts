import { EdgeloopError } from '@edgeloop/protocol';

/**
 * Why a model is not taken, fetched or run, and the exit status of a command that it ends: 170–189
 * are the update's. Each is a code of `Reason` in what the device reports.
 */
const EXIT_STATUS = {
  /** The device trusts no root: nothing that is signed counts. */
  ROOT_MISSING: 170,
  /** What the server gave as the next root is none, or does not follow the one that is trusted. */
  ROOT_REFUSED: 171,
  /** Not signed by a key that may sign packages. */
  SIGNATURE_REFUSED: 172,
  /** Other bytes than the digest names. */
  PACKAGE_ALTERED: 173,
  /** Signed, but no manifest that this agent can use. */
  PACKAGE_INVALID: 174,
  /** More than the device takes. */
  PACKAGE_TOO_LARGE: 175,
  /** The server does not have it. */
  PACKAGE_MISSING: 176,
  /** The package wants a later agent. */
  AGENT_TOO_OLD: 177,
  /** No answer, or one that says to come again. */
  SERVER_UNAVAILABLE: 178,
  /** Something else than was asked for: other bytes of the file, more of them than there are. */
  SERVER_ANSWER_WRONG: 179,
  /** Slower than can be an honest server, or not done in time. */
  TOO_SLOW: 180,
  /** The disk is full, or would be. */
  DISK_FULL: 181,
  /** The disk can't be written or read. */
  DISK_FAILED: 182,
  /** The configuration names classes that the model does not have. */
  CLASSES_MISSING: 183,
  /** It decided, and did not show in time that it can. */
  PROBATION_FAILED: 184,
} as const;

export type UpdateErrorCode = keyof typeof EXIT_STATUS;

interface UpdateErrorOptions extends ErrorOptions {
  /** Whether the same may succeed later, without anybody doing anything. */
  readonly retry: boolean;
}

export class UpdateError extends EdgeloopError<UpdateErrorCode> {
  readonly retry: boolean;

  constructor(code: UpdateErrorCode, message: string, { retry, ...options }: UpdateErrorOptions) {
    super(code, EXIT_STATUS[code], message, options);
    this.retry = retry;
  }
}

import { EdgeloopError } from '@edgeloop/protocol';

/**
 * Codes of the agent and the exit status that it ends with. 50–59 and 120–129 are this package's.
 */
const EXIT_STATUS = {
  CONFIG_UNREADABLE: 50,
  CONFIG_INVALID: 51,
  STATE_UNUSABLE: 52,
  SOURCE_FAILED: 53,
  SOURCE_SILENT: 54,
  OUTBOX_FAILED: 55,
  STATE_IN_USE: 56,
  HTTP_UNAVAILABLE: 57,
  ENROLMENT_REFUSED: 58,
  SERVER_UNREACHABLE: 59,
  CONFIG_UNCHANGEABLE: 120,
  UNWELL: 121,
  SOURCE_ABSENT: 122,
  SOURCE_RESIZED: 123,
  SOURCE_FROZEN: 124,
  SOURCE_BLACK: 125,
  LABEL_REFUSED: 128,
  HEAD_REFUSED: 129,
} as const;

export class AgentError extends EdgeloopError<keyof typeof EXIT_STATUS> {
  constructor(code: keyof typeof EXIT_STATUS, message: string, options?: ErrorOptions) {
    super(code, EXIT_STATUS[code], message, options);
  }
}

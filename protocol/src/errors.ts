/** A hundred mistakes of a configuration, at some length. */
const LONGEST_MESSAGE = 32_000;
/** What a terminal obeys, but for the end of a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant.
const CONTROLS = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/g;

/**
 * Messages quote what strangers sent, and end in logs and terminals: controls are written out, and
 * what is endless is cut.
 */
function soundMessage(message: string): string {
  return message
    .slice(0, LONGEST_MESSAGE)
    .replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/**
 * The base of every error that crosses a package border. Each package derives one class from it and
 * keeps one catalogue of literal codes. A message says what was expected, for what, what came, and
 * what to do.
 */
export abstract class EdgeloopError<Code extends string = string> extends Error {
  /** Stable: scripts and tests may match on it. */
  readonly code: Code;
  /**
   * What a command ends with when this error ends it. Every code has its own, see each catalogue.
   */
  readonly exitStatus: number;

  constructor(code: Code, exitStatus: number, message: string, options?: ErrorOptions) {
    super(soundMessage(message), options);
    this.name = new.target.name;
    this.code = code;
    this.exitStatus = exitStatus;
  }
}

/** Codes of `protocol` and the exit status that a command ends with. 10–19 are this package's. */
const EXIT_STATUS = {
  PROTOCOL_ID_INVALID: 10,
  PROTOCOL_TOPIC_INVALID: 11,
  PROTOCOL_MESSAGE_INVALID: 12,
  PROTOCOL_VERSION_UNKNOWN: 13,
  PACKAGE_MANIFEST_INVALID: 14,
  PACKAGE_FILE_ALTERED: 15,
  PACKAGE_FILE_MISSING: 16,
  PACKAGE_VARIANT_MISSING: 17,
  PACKAGE_GOLDEN_FAILED: 18,
} as const;

export class ProtocolError extends EdgeloopError<keyof typeof EXIT_STATUS> {
  constructor(code: keyof typeof EXIT_STATUS, message: string, options?: ErrorOptions) {
    super(code, EXIT_STATUS[code], message, options);
  }
}

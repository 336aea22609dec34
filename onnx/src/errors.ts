import { EdgeloopError } from '@edgeloop/protocol/errors';

/** Codes of `onnx` and the exit status that a command ends with. 20–29 are this package's. */
const EXIT_STATUS = {
  ONNX_INVALID: 20,
  ONNX_UNSUPPORTED: 21,
  SESSION_FAILED: 22,
  SESSION_DEADLINE: 23,
  SESSION_CLOSED: 24,
  GRAPH_INVALID: 25,
  TRAINING_DIVERGED: 26,
  BUDGET_UNREACHABLE: 27,
  WEIGHTS_INVALID: 28,
  PROVIDER_MISSING: 29,
} as const;

/** Whether a code that came from another process is of this catalogue. */
export function isOnnxCode(code: string): code is keyof typeof EXIT_STATUS {
  return Object.hasOwn(EXIT_STATUS, code);
}

export class OnnxError extends EdgeloopError<keyof typeof EXIT_STATUS> {
  constructor(code: keyof typeof EXIT_STATUS, message: string, options?: ErrorOptions) {
    super(code, EXIT_STATUS[code], message, options);
  }
}

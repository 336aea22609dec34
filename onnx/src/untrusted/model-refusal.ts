/** Why a model from a stranger is not run. Codes are stable: the API gives them. */
export const REFUSAL_CODES = [
  'TOO_LARGE',
  'NOT_A_MODEL',
  'EXTERNAL_DATA',
  'OPERATOR_SET',
  'OPERATOR_DOMAIN',
  'OPERATOR',
  'SUBGRAPH',
  'TOO_MANY',
  'TENSOR_TYPE',
  'DIMENSIONS',
  'INTERFACE',
  'PACKAGE',
  'NOT_LOADABLE',
  'CRASHED',
  'TOO_SLOW',
  'GOLDEN_FAILED',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

export interface ModelRefusal {
  readonly code: RefusalCode;
  readonly message: string;
}

/**
 * Thrown within the checks, which all end at the first thing that is wrong. Never leaves this
 * folder.
 */
export class Refused extends Error {
  readonly refusal: ModelRefusal;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.refusal = { code, message };
  }
}

/** Characters of what a child that a stranger may have taken over tells of why. */
export const MOST_TOLD = 1000;

/** Whether a child's answer is a refusal. */
export function isRefusal(answer: unknown): answer is ModelRefusal {
  const { code, message } = (answer ?? {}) as Partial<ModelRefusal>;
  return typeof message === 'string' && REFUSAL_CODES.includes(code as RefusalCode);
}

/** A name in a message: it comes from a stranger, may have any length, and goes to a terminal. */
export const quote = (name = ''): string => JSON.stringify(name.slice(0, 80));

/** @returns what `check` refused; null: nothing */
export function refusalOf(check: () => void): ModelRefusal | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}

/** What is wrong with a file, and where. */
export interface FileMistake {
  /** From 1; null: it stands in no line. */
  readonly line: number | null;
  /** As a person writes it: `cameras.cam0.source`; null: it is of no key alone. */
  readonly key: string | null;
  readonly message: string;
}

/** `agent.yaml:12: <message>`; without a line where there is none. */
export const sayMistake = (file: string, { line, message }: FileMistake): string =>
  `${file}${line === null ? '' : `:${line}`}: ${message}`;

import { EdgeloopError } from '@edgeloop/protocol';

/** A log line, a terminal or a page shows it; a list of mistakes may be longer. */
const LONGEST_MESSAGE = 4000;
/** What a terminal obeys; a list of mistakes has lines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant.
const CONTROLS = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/;

/** Why what was thrown is no refusal of ours; null: it is one. */
function complaintAbout(error: unknown, longest: number): string | null {
  if (!(error instanceof EdgeloopError)) {
    return `Expected an error of ours, received ${(error as Error)?.stack ?? error}`;
  }
  const { message } = error;
  if (message.length > longest) return `A message of ${message.length} characters`;
  if (CONTROLS.test(message)) return `A message with controls: ${JSON.stringify(message)}`;
  return null;
}

/** Runs a reader: it reads, or refuses as it should. */
export async function readsOrRefuses(
  read: () => unknown,
  longest = LONGEST_MESSAGE,
): Promise<void> {
  try {
    await read();
  } catch (error) {
    const complaint = error instanceof Violation ? error.message : complaintAbout(error, longest);
    if (complaint !== null) throw new Violation(complaint);
  }
}

/** What no input may bring about. */
export class Violation extends Error {}

export function demand(holds: boolean, what: string): void {
  if (!holds) throw new Violation(what);
}

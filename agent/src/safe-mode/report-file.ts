import { basename } from 'node:path';
import {
  type AgentFileReport,
  type EpochMillis,
  MOST_MISTAKES,
  timestamp,
} from '@edgeloop/protocol';
import { type FileMistake, sayMistake } from '../config/file-mistake.ts';

/** Characters of what is reported. */
const [LONGEST_MESSAGE, LONGEST_KEY, LONGEST_PATH] = [500, 200, 500];

/** What is wrong with a file, as the device reports it. @param mistakes at least one */
export function reportFile(
  path: string,
  mistakes: readonly FileMistake[],
  safeMode: boolean,
  since: EpochMillis,
): AgentFileReport {
  return {
    path: path.slice(-LONGEST_PATH),
    safeMode,
    since: timestamp(since),
    mistakes: mistakes.slice(0, MOST_MISTAKES).map(({ line, key, message }) => ({
      ...(line !== null && { line }),
      ...(key !== null && { key: key.slice(0, LONGEST_KEY) }),
      message: message.slice(0, LONGEST_MESSAGE),
    })),
    total: mistakes.length,
  };
}

/**
 * Each told mistake in a line, as `agent.yaml:12: halth: unknown key.`; of more, how many there
 * are.
 */
export function mistakeLines({ path, mistakes, total }: AgentFileReport): readonly string[] {
  const lines = mistakes.map(({ line = null, message }) =>
    sayMistake(basename(path), { line, key: null, message }),
  );
  const others = total - mistakes.length;
  return others > 0 ? [...lines, `and ${others} more`] : lines;
}

import type { FetchEvent } from './fetch-weights.ts';

interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

const BAR = 24;
/** A line each elsewhere than on a terminal; without a known length, each 8 MB. */
const PARTS = 10;
const PART_BYTES = 8_000_000;

/** One line that is written over on a terminal; elsewhere a line for each tenth. */
export function fetchReport(screen: Screen, file: string): (event: FetchEvent) => void {
  let told = 0;
  return (event) => {
    if (event.kind === 'again') {
      const clear = screen.isTTY ? '\r\x1b[2K' : '';
      screen.write(`${clear}${event.reason}; again in ${(event.wait / 1000).toFixed(1)} s\n`);
      return;
    }
    const { received, total } = event;
    const line = `${file}  ${megabytes(received)}${total === null ? '' : ` of ${megabytes(total)}`} MB`;
    if (screen.isTTY) {
      screen.write(`\r\x1b[2K${bar(received, total)}${line}${received === total ? '\n' : ''}`);
      return;
    }
    const part = Math.floor(received / (total === null ? PART_BYTES : total / PARTS));
    if (part > told) screen.write(`${line}\n`);
    told = part;
  };
}

function bar(received: number, total: number | null): string {
  if (total === null) return '';
  const done = Math.min(BAR, Math.round((received / total) * BAR));
  return `[${'█'.repeat(done)}${'·'.repeat(BAR - done)}] `;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

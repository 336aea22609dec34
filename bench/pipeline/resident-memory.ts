import { readdirSync, readFileSync } from 'node:fs';

/** Of a process and of all that it started, bytes. */
export interface ResidentMemory {
  /** What they take of a machine where they run alone: what several map of one file counts once. */
  readonly once: number;
  /** Of each process, by its name. */
  readonly processes: Readonly<
    Record<string, { readonly rss: number; readonly anonymous: number }>
  >;
}

/**
 * Source: proc(5), smaps.
 * @param leftOut Names of programs that are not counted, with what they started.
 */
export function residentMemory(pid: number, leftOut: readonly string[] = []): ResidentMemory {
  const files = new Map<string, number>();
  const processes: Record<string, { rss: number; anonymous: number }> = {};
  let anonymous = 0;
  for (const process of tree(pid, leftOut)) {
    const own = readMaps(process);
    const name = Object.keys(processes).length === 0 ? 'agent' : programOf(process);
    processes[name] = { rss: own.rss, anonymous: own.anonymous };
    anonymous += own.anonymous;
    for (const [place, bytes] of own.files) {
      files.set(place, Math.max(files.get(place) ?? 0, bytes));
    }
  }
  return { once: [...files.values()].reduce((sum, bytes) => sum + bytes, anonymous), processes };
}

function tree(pid: number, leftOut: readonly string[]): number[] {
  if (leftOut.includes(readFileSync(`/proc/${pid}/comm`, 'utf8').trim())) return [];
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  );
  return [pid, ...children.flatMap((child) => tree(Number(child), leftOut))];
}

/** What it runs: `inference-child` of `node …/inference-child.js`. */
function programOf(pid: number): string {
  const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  return /([^/]*?)(?:\.\w+)?$/.exec(args.at(-1) ?? '')?.[1] ?? String(pid);
}

const HEAD = /^[\da-f]+-[\da-f]+ \S+ ([\da-f]+) \S+ \d+ *(.*)$/;
const FIELD = /^(Rss|Anonymous): +(\d+) kB$/;

/** `files`: bytes of pages that a file stands behind, by the file and the place in it. */
function readMaps(pid: number) {
  const files = new Map<string, number>();
  let [rss, anonymous, place] = [0, 0, ''];
  for (const line of readFileSync(`/proc/${pid}/smaps`, 'utf8').split('\n')) {
    const head = HEAD.exec(line);
    if (head) {
      place = `${head[2]} ${head[1]}`;
      continue;
    }
    const [, name, kibibytes] = FIELD.exec(line) ?? [];
    const bytes = 1024 * Number(kibibytes);
    if (name === 'Rss') {
      rss += bytes;
      files.set(place, (files.get(place) ?? 0) + bytes);
    } else if (name === 'Anonymous') {
      anonymous += bytes;
      files.set(place, (files.get(place) ?? 0) - bytes);
    }
  }
  return { rss, anonymous, files };
}

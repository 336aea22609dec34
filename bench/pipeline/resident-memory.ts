import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Of a process and of all that it started, bytes. */
export interface ResidentMemory {
  /** What they take of a machine where they run alone: what several map of one file counts once. */
  readonly once: number;
  /** Of `once`, what was read or written since `forgetTouches`. */
  readonly touched: { readonly anonymous: number; readonly files: number };
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
  const files = new Map<string, FilePages>();
  const processes: Record<string, { rss: number; anonymous: number }> = {};
  let [anonymous, touched] = [0, 0];
  for (const process of tree(pid, leftOut)) {
    const own = readMaps(process);
    const name = Object.keys(processes).length === 0 ? 'agent' : programOf(process);
    processes[name] = { rss: own.rss, anonymous: own.anonymous };
    anonymous += own.anonymous;
    touched += own.touched;
    for (const [place, pages] of own.files) {
      const known = files.get(place);
      files.set(place, {
        resident: Math.max(known?.resident ?? 0, pages.resident),
        touched: Math.max(known?.touched ?? 0, pages.touched),
      });
    }
  }
  const sum = (of: keyof FilePages) =>
    [...files.values()].reduce((bytes, pages) => bytes + pages[of], 0);
  return {
    once: anonymous + sum('resident'),
    touched: { anonymous: touched, files: sum('touched') },
    processes,
  };
}

/** From now on `touched` counts anew. Source: proc(5), clear_refs. */
export function forgetTouches(pid: number, leftOut: readonly string[] = []): void {
  for (const process of tree(pid, leftOut)) writeFileSync(`/proc/${process}/clear_refs`, '1');
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
const FIELD = /^(Rss|Anonymous|Referenced): +(\d+) kB$/;

/** Bytes of pages that a file stands behind. */
interface FilePages {
  readonly resident: number;
  readonly touched: number;
}

/** `files`: by the file and the place in it. */
function readMaps(pid: number) {
  const files = new Map<string, FilePages>();
  const all = { rss: 0, anonymous: 0, touched: 0 };
  for (const { place, rss, anonymous, referenced } of mappings(pid)) {
    all.rss += rss;
    all.anonymous += anonymous;
    // The kernel counts both kinds of a mapping as one; few have both.
    all.touched += Math.min(referenced, anonymous);
    const known = files.get(place);
    files.set(place, {
      resident: (known?.resident ?? 0) + rss - anonymous,
      touched: (known?.touched ?? 0) + Math.max(0, referenced - anonymous),
    });
  }
  return { ...all, files };
}

interface Mapping {
  /** The file, and where in it. */
  readonly place: string;
  rss: number;
  anonymous: number;
  referenced: number;
}

/** Of a process, bytes. */
function mappings(pid: number): Mapping[] {
  const found: Mapping[] = [];
  for (const line of readFileSync(`/proc/${pid}/smaps`, 'utf8').split('\n')) {
    const head = HEAD.exec(line);
    if (head) found.push({ place: `${head[2]} ${head[1]}`, rss: 0, anonymous: 0, referenced: 0 });
    const [, name, kibibytes] = FIELD.exec(line) ?? [];
    const mapping = found.at(-1);
    if (!name || !mapping) continue;
    mapping[name.toLowerCase() as 'rss' | 'anonymous' | 'referenced'] = 1024 * Number(kibibytes);
  }
  return found;
}

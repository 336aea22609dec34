import { readdirSync, readFileSync } from 'node:fs';

/** What a process and all that it started hold at a moment. */
export interface ProcessFigures {
  /** Resident memory, MiB, summed. */
  readonly rssMiB: number;
  /** Open file descriptors, summed. */
  readonly files: number;
  readonly threads: number;
  readonly processes: number;
}

/** Source: proc(5). A process that ends meanwhile counts as none. */
export function processFigures(pid: number): ProcessFigures {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
    const own: ProcessFigures = {
      rssMiB: field('VmRSS') / 1024,
      files: readdirSync(`/proc/${pid}/fd`).length,
      threads: field('Threads'),
      processes: 1,
    };
    return children(pid).map(processFigures).reduce(add, own);
  } catch {
    return { rssMiB: 0, files: 0, threads: 0, processes: 0 };
  }
}

function children(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number),
  );
}

const add = (a: ProcessFigures, b: ProcessFigures): ProcessFigures => ({
  rssMiB: a.rssMiB + b.rssMiB,
  files: a.files + b.files,
  threads: a.threads + b.threads,
  processes: a.processes + b.processes,
});

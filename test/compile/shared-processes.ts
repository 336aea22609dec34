import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';
import { importsOf, ofTests } from '../stand/imports-of.ts';

/**
 * A process of its own costs each file of tests a second: Node, tap and the schemas of every
 * message are loaded anew. Files that only call functions take turns in one process instead, each
 * as a subtest of its own; what starts programs, listens on a port or changes the process itself
 * stays alone.
 */
const STAYS_ALONE = [
  /^node:(child_process|cluster|dgram|http|https|net|tls|worker_threads)$/,
  /^(aedes|aedes-persistence|better-sqlite3|fastify|mqtt|playwright-core|ws)(\/|$)/,
  // Trainings and kernels: several processes have both cores.
  /^@edgeloop\/onnx$|\/onnx\/src\//,
];
const CHANGES_PROCESS = /\bprocess\.(chdir|exitCode|on|once|title|umask|env(\.\w+|\[[^\]]+\]) =)/;
/** The longest of them takes its turn a minute after it began. */
const FILES_OF_A_PROCESS = 30;

const ENTRY = /^shared-process:/;
/** Whose turn it is: the subtest of the file that is being loaded. */
const TURN = `globalThis[Symbol.for('edgeloop.test')]`;

/** A name for the compiled file of each process, with the files that take turns in it. */
export type SharedProcesses = ReadonlyMap<string, readonly string[]>;

/** @param files of tests, relative to `folder` */
export function shareProcesses(folder: string, files: readonly string[]): SharedProcesses {
  const byPart = new Map<string, string[]>();
  for (const file of files.filter((file) => mayShare(resolve(folder, file)))) {
    const [part = ''] = file.split('/');
    byPart.set(part, [...(byPart.get(part) ?? []), file]);
  }
  const shared = new Map<string, readonly string[]>();
  for (const [part, all] of byPart) {
    for (let from = 0; from < all.length; from += FILES_OF_A_PROCESS) {
      const some = all.slice(from, from + FILES_OF_A_PROCESS);
      if (some.length > 1) shared.set(`${part}/${from / FILES_OF_A_PROCESS + 1}-shared`, some);
    }
  }
  return shared;
}

function mayShare(file: string, seen = new Set<string>()): boolean {
  if (seen.has(file)) return true;
  seen.add(file);
  if (CHANGES_PROCESS.test(readFileSync(file, 'utf8'))) return false;
  return importsOf(file).every((specifier) => {
    if (STAYS_ALONE.some((alone) => alone.test(specifier))) return false;
    // What is tested may do as it likes; the stands are looked through.
    const stand = ofTests(file, specifier);
    return stand === null || mayShare(stand, seen);
  });
}

/**
 * `shared-process:<name>` as an entry; a file in it that imports tap receives the subtest it is.
 * Whoever else imports such a file has tap itself in it.
 */
export function sharedProcesses(folder: string, shared: SharedProcesses): Plugin {
  const taking = new Set([...shared.values()].flat().map((file) => resolve(folder, file)));
  return {
    name: 'shared processes',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: ENTRY }, ({ path }) => ({
        path: path.replace(ENTRY, ''),
        namespace: 'shared-process',
      }));
      onResolve({ filter: /^tap$/, namespace: 'file' }, ({ importer }) =>
        taking.has(importer) ? { path: importer, namespace: 'tap-of' } : undefined,
      );
      onLoad({ filter: /./, namespace: 'tap-of' }, () => ({
        contents: `import tap from 'tap'; export * from 'tap'; export default ${TURN} ?? tap;`,
        resolveDir: folder,
      }));
      onLoad({ filter: /./, namespace: 'shared-process' }, ({ path }) => ({
        contents: [
          `import tap from 'tap';`,
          ...(shared.get(path) ?? []).map(
            (file) =>
              `tap.test('${file}', async (test) => { ${TURN} = test; await import('./${file}'); });`,
          ),
        ].join('\n'),
        resolveDir: folder,
      }));
    },
  };
}

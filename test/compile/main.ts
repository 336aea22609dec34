import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { sharedProcesses, shareProcesses } from './shared-processes.ts';

/**
 * Writes the tests as JavaScript to `.tests/`, so that each of some hundred processes loads them
 * without a compiler in it. They look at what was built (`dist/`), as users run it; the dashboard's
 * modules, of which there is one bundle only, are compiled with them.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const OUT = resolve(root, '.tests');

/** `<workspace>/src/x.ts` as it was built. The dashboard's is no module of its own. */
function builtFrom(source: string): string | null {
  const [, workspace, path] = /^(.+?)\/src\/(.+)\.ts$/.exec(source.slice(root.length)) ?? [];
  if (!workspace || workspace.endsWith('dashboard')) return null;
  return resolve(root, workspace, 'dist', `${path}.js`);
}

/**
 * tap begins them in the order of their names. This one waits for a training on one core: begun
 * last, it would run alone.
 */
const BEGUN_FIRST = ['start/start.test.ts'];

const TESTS = resolve(root, 'test');
const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .sort();
const shared = shareProcesses(TESTS, files);

function entryPoints(): { in: string; out: string }[] {
  const inTurns = new Set([...shared.values()].flat());
  const alone = files.filter((file) => !inTurns.has(file));
  return [
    ...alone.map((file) => {
      const out = file.slice(0, -'.ts'.length);
      return { in: `test/${file}`, out: BEGUN_FIRST.includes(file) ? `0/${out}` : out };
    }),
    ...[...shared.keys()].map((name) => ({ in: `shared-process:${name}`, out: `${name}.test` })),
  ];
}

const looksAtWhatWasBuilt: Plugin = {
  name: 'looks at what was built',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const built = builtFrom(resolve(resolveDir, path));
      return built ? { path: built, external: true } : undefined;
    });
    // Files that a test finds beside itself stay where they are.
    onLoad({ filter: /\.tsx?$/ }, ({ path }) => ({
      contents: `const SOURCE_URL = '${pathToFileURL(path)}'; ${readFileSync(path, 'utf8')}`,
      loader: extname(path) === '.tsx' ? 'tsx' : 'ts',
      resolveDir: dirname(path),
    }));
  },
};

rmSync(OUT, { recursive: true, force: true });
await build({
  entryPoints: entryPoints(),
  absWorkingDir: root,
  outdir: OUT,
  chunkNames: 'shared/[hash]',
  bundle: true,
  splitting: true,
  packages: 'external',
  sourcemap: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { 'import.meta.url': 'SOURCE_URL' },
  loader: { '.css': 'empty' },
  plugins: [sharedProcesses(TESTS, shared), looksAtWhatWasBuilt],
  logLevel: 'warning',
});

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';

export interface Program {
  /** Of the repository, or of a tree that is laid out as it is. */
  readonly root: string;
  readonly workspace: string;
  /** Of the workspace's dist/, as it was built. */
  readonly module: string;
  /**
   * The folder where its files are laid: that of the module in another tree, or the same, since
   * what the module refers to is found from there.
   */
  readonly out: string;
}

/** With parts that are no JavaScript, or that look for their own files. */
const STAY_MODULES = ['sharp', 'onnxruntime-node', 'better-sqlite3*', 'pino', 'node-libcamera'];
/** Node's own in place of what brings it to browsers and to older Nodes. */
const NODES_OWN = { 'readable-stream': 'node:stream' };

/**
 * A program and all the modules that it imports in one file, and in further ones what it imports
 * when it is asked for: read at once from a slow card, and without what Node keeps of each of some
 * thousand modules. What a module finds beside itself (its worker, its pages, a native library) is
 * found beside the original, which stays.
 */
export async function bundleProgram({ root, workspace, module, out }: Program): Promise<void> {
  const entry = join(root, workspace, 'dist', module);
  const { outputFiles } = await build({
    entryPoints: [entry],
    outdir: out,
    chunkNames: `${basename(module, '.js')}-[hash]`,
    write: false,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    minifyWhitespace: true,
    logLevel: 'warning',
    external: STAY_MODULES,
    alias: NODES_OWN,
    // Modules of the other kind are among them.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    plugins: [places(entry)],
  });
  await mkdir(out, { recursive: true });
  for (const { path, text } of outputFiles) await writeFile(path, inAscii(text));
}

/** Each module's own address: relative to that of the program, beside which all files lie. */
const places = (entry: string): Plugin => ({
  name: 'places',
  setup({ onLoad }) {
    onLoad({ filter: /\/dist\/.*\.js$/ }, async ({ path }) => {
      if (path.includes('/node_modules/')) return null;
      const place = JSON.stringify(relative(dirname(entry), path));
      const source = await readFile(path, 'utf8');
      return {
        contents: source.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`),
        loader: 'js',
      };
    });
  },
});

/**
 * One character beyond Latin-1, such as esbuild leaves in a regular expression, and V8 keeps the
 * whole source at two bytes a character.
 */
const inAscii = (source: string) =>
  source.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import t from 'tap';

const entry = fileURLToPath(new URL('../../../control-plane/src/cli/main.ts', import.meta.url));

// What a start loads takes most of its time: 583 ms of CPU before commands were loaded when they
// are asked for, 112 after.
t.test(
  'a start loads commander and what says how to go on, and nothing of the control plane',
  async (t) => {
    const { metafile } = await build({
      entryPoints: [entry],
      bundle: true,
      splitting: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      outdir: 'out',
      logLevel: 'silent',
    });
    const loaded = new Set<string>();
    const follow = (file: string) => {
      if (loaded.has(file)) return;
      loaded.add(file);
      for (const { path, kind, external } of metafile.inputs[file]?.imports ?? []) {
        if (kind === 'dynamic-import') continue;
        if (external) loaded.add(path);
        else follow(path);
      }
    };
    follow(Object.keys(metafile.inputs).find((file) => file.endsWith('cli/main.ts')) as string);
    const names = [...loaded].map((file) => file.replace(/^.*control-plane\/src\//, ''));
    t.same(
      names.filter((name) => !name.startsWith('node:')).sort(),
      [
        ...[
          '@edgeloop/daemon/tell-unknown-first',
          '@edgeloop/protocol/errors',
          'commander',
          'errors.ts',
        ],
        ...['cli/cli.ts', 'cli/exit-statuses.ts', 'cli/global-options.ts', 'cli/main.ts'],
        ...['cli/nouns.ts', 'cli/output/clear-line.ts', 'cli/run-cli.ts'],
      ].sort(),
    );
  },
);

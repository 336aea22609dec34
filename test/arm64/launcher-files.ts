import type { Pi } from './pi.ts';

/**
 * What lies in a Pi's folder beside its libraries: `node`, which starts the real one in QEMU with
 * that folder in front of this machine's files, and what tells it that it is `node`, so that
 * processes which it forks are emulated as well.
 */
export function launcherFiles({ cpu }: Pi): Readonly<Record<string, string>> {
  return {
    node: `#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
export NODE_PATH="$here/../node_modules" NODE_OPTIONS="--require=\\"$here/exec-path.cjs\\""
exec qemu-aarch64-static -L "$here" -cpu ${cpu} "$here/../node/bin/node" "$@"
`,
    'exec-path.cjs': `process.execPath = \`\${__dirname}/node\`;\n`,
  };
}

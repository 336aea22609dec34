import { spawn } from 'node:child_process';
import { emulatedNode } from './emulated-node.ts';
import { PIS } from './pi.ts';

// `npm run arm64 -- <pi> [node's arguments]`: Node as on that Pi. What it needs is fetched the
// first time.
const [name, ...args] = process.argv.slice(2);
const pi = PIS.find((one) => one.name === name);
if (!pi) {
  const names = PIS.map((one) => one.name).join(' or ');
  process.stderr.write(`Expected ${names} as the first argument, received ${name ?? 'none'}.\n`);
  process.exit(2);
}
const child = spawn(emulatedNode(pi), args, { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});

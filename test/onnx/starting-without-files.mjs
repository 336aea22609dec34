import { closeSync, openSync } from 'node:fs';
import { ChildProcess } from '../../onnx/dist/process/child-process.js';

// Starts a child when there are no files left, gives it up at once, and says that it is still there.
const held = [];
try {
  for (;;) held.push(openSync('/dev/null', 'r'));
} catch {
  // That was the last.
}
const child = new ChildProcess(new URL('./blocking-child.mjs', import.meta.url), {
  blocking: true,
});
child.start();
await child.close();
for (const file of held) closeSync(file);
console.log('still there');

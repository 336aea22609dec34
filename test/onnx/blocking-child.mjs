import { writeSync } from 'node:fs';
import { readBytes, serveBlocking } from '../../onnx/dist/process/blocking-requests.js';

/**
 * It answers numbers with the bytes that came with them, as an array of its own; `unread` without having read them; `at a stretch` when it has computed half
 * a second; writes the others on its channel, as they are, and computes for a minute.
 */
await serveBlocking(async (request) => {
  if (Array.isArray(request)) {
    const bytes = new Uint8Array(request.length);
    readBytes(bytes);
    return { sent: Float64Array.from(request), bytes };
  }
  if (request === 'unread') throw new Error('It did not look.');
  const seconds = request === 'at a stretch' ? 0.5 : 60;
  if (seconds === 60) writeSync(3, Buffer.from(request, 'latin1'));
  for (const end = Date.now() + seconds * 1000; Date.now() < end; );
  return request;
});

import { setTimeout as delay } from 'node:timers/promises';
import { serveRequests } from '../../onnx/dist/process/child-requests.js';

/** It answers a number when so many milliseconds have gone by, `at a stretch` when it has computed half a second, sends objects as they are, and throws anything else. */
serveRequests(async (request) => {
  if (request === 'at a stretch') {
    for (const end = Date.now() + 500; Date.now() < end; );
    return request;
  }
  if (typeof request === 'number') return delay(request, request);
  if (typeof request === 'object') {
    process.send(request);
    return delay(60_000);
  }
  throw Object.assign(new Error(`It is ${request}.`), { code: request });
});

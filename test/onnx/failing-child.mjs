import { setTimeout as delay } from 'node:timers/promises';
import { serveRequests } from '../../onnx/dist/process/child-requests.js';

/** It answers a number when so many milliseconds have gone by, and throws anything else. */
serveRequests(async (request) => {
  if (typeof request === 'number') return delay(request, request);
  throw Object.assign(new Error(`It is ${request}.`), { code: request });
});

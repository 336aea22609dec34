import { serveRequests } from '../../onnx/dist/process/child-requests.js';

serveRequests(async (code) => {
  throw Object.assign(new Error(`It is ${code}.`), { code });
});

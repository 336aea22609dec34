import { serveRequests } from '../../../onnx/dist/process/child-requests.js';

serveRequests(async (name) => process.env[name]);

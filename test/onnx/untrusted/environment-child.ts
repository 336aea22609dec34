import { serveRequests } from '../../../onnx/src/process/child-requests.ts';

serveRequests(async (name) => process.env[name as string]);

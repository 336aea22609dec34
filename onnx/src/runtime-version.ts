import { createRequire } from 'node:module';

/** The version of ONNX Runtime that trains and infers here. */
export function runtimeVersion(): string {
  return createRequire(import.meta.url)('onnxruntime-node/package.json').version;
}

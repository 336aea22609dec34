/**
 * What a process needs that takes models from strangers and runs none itself: it loads no runtime.
 */
export { loadPackage } from './package/load-package.ts';
export { readBytes, serveBlocking } from './process/blocking-requests.ts';
export { childModule } from './process/child-process.ts';
export { checkPackageSizes } from './untrusted/check-package-sizes.ts';
export type { CropAnswer, CropRequest } from './untrusted/crop-process.ts';
export { type ModelRefusal, REFUSAL_CODES } from './untrusted/model-refusal.ts';
export { type VettingOptions, vetPackage } from './untrusted/vet-package.ts';

import { type Manifest, packageFiles } from '@edgeloop/protocol';
import { MAX_MODEL_BYTES } from './check-untrusted-model.ts';
import type { ModelRefusal } from './model-refusal.ts';

/** More would only keep the machine busy. */
const MAX_GOLDEN_CASES = 256;
const MAX_PICTURE_BYTES = 32 * 2 ** 20;
const MAX_VARIANTS = 8;
/**
 * Of the golden cases: machines round differently, and by less. With more, another picture or
 * another class would do.
 */
const MAX_TOLERANCE = { croppedMean: 16, score: 0.5 };

/**
 * What a process would read, decode or wait for that vets a package, and whether that would tell
 * anything: known from the manifest, before any file of it is touched.
 * @returns why that is too much; null: it is not
 */
export function checkPackageSizes(manifest: Manifest): ModelRefusal | null {
  const reason = tooMuch(manifest);
  return reason === null ? null : { code: 'PACKAGE', message: reason };
}

function tooMuch(manifest: Manifest): string | null {
  const { golden, variants, crop } = manifest;
  const { length } = Object.keys(variants);
  // Each is tried out; of none, nothing would be.
  if (length === 0 || length > MAX_VARIANTS) {
    return `Expected 1 to ${MAX_VARIANTS} variants, received ${length}.`;
  }
  if (golden.cases.length > MAX_GOLDEN_CASES) {
    return `Expected at most ${MAX_GOLDEN_CASES} golden cases, received ${golden.cases.length}.`;
  }
  for (const name of ['croppedMean', 'score'] as const) {
    const received = golden.tolerance[name];
    if (!(received <= MAX_TOLERANCE[name])) {
      return `Expected a tolerance ${name} of at most ${MAX_TOLERANCE[name]} for the golden cases, received ${received}.`;
    }
  }
  for (const { image, cropped } of golden.cases) {
    if (image.bytes > MAX_PICTURE_BYTES) {
      return `Expected at most ${MAX_PICTURE_BYTES} bytes for ${image.path}, received ${image.bytes}.`;
    }
    const expected = 3 * crop.crop ** 2;
    if (cropped.bytes !== expected) {
      return `Expected ${expected} bytes for ${cropped.path}, a crop of ${crop.crop}², received ${cropped.bytes}.`;
    }
  }
  const large = packageFiles(manifest).find(({ bytes }) => bytes > MAX_MODEL_BYTES);
  return large
    ? `Expected at most ${MAX_MODEL_BYTES} bytes for ${large.path}, received ${large.bytes}.`
    : null;
}

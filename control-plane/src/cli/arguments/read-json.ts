import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { ControlPlaneError } from '../../errors.ts';

/**
 * Of a file, or of standard input where it is called `-`.
 * @throws ControlPlaneError `OPTION_INVALID`
 */
export async function readJson(path: string, stdin: NodeJS.ReadableStream): Promise<unknown> {
  try {
    return JSON.parse(path === '-' ? await text(stdin) : await readFile(path, 'utf8'));
  } catch (cause) {
    const message = `Expected JSON in ${path}: ${(cause as Error).message}.`;
    throw new ControlPlaneError('OPTION_INVALID', message, { cause });
  }
}

/** JSON Merge Patch (RFC 7396), but null stands for itself: settings have it as a value. */
export function mergeInto(target: unknown, patch: unknown): unknown {
  if (!isObject(patch) || !isObject(target)) return patch;
  const merged = Object.entries(patch).map(([key, value]) => [key, mergeInto(target[key], value)]);
  return { ...target, ...Object.fromEntries(merged) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

import { createHash } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import {
  chooseProvider,
  type KernelOptions,
  type KernelPlan,
  measureKernels,
  OnnxError,
  type Provider,
  runtimeVersion,
} from '@edgeloop/onnx';
import type { Report } from './progress.ts';
import type { Recipe } from './recipe.ts';

/** Where the steps run, and in which forms. */
export interface Compute {
  readonly provider: Provider;
  /** The fastest form of each convolution; null where none was measured. */
  readonly kernels: KernelPlan | null;
}

/** @throws OnnxError `PROVIDER_MISSING` */
export async function settleProvider(recipe: Recipe, report: Report): Promise<Provider> {
  if (recipe.engine !== 'onnx') return 'cpu';
  const { provider, reason } = await chooseProvider(recipe.provider, recipe.precision);
  report({ kind: 'phase', text: reason });
  return provider;
}

/**
 * The forms of the convolutions: measured once on this machine for each size of picture and part,
 * and kept in `folder`. Whoever measured first is right: another measurement would round otherwise.
 * Null where measuring fails, as for want of memory.
 */
export async function settleKernels(
  options: KernelOptions,
  folder: string,
  report: Report,
  signal: AbortSignal,
): Promise<KernelPlan | null> {
  const path = join(folder, `${kernelKey(options)}.json`);
  const known = await readPlan(path);
  if (known) return known;
  report({ kind: 'phase', text: 'Measuring the forms of the convolutions, once on this machine' });
  try {
    const plan = await measureKernels(options, signal);
    return (await keepPlan(path, plan)) ?? plan;
  } catch (error) {
    if (!(error instanceof OnnxError)) throw error;
    report({ kind: 'phase', text: `Not measured, the usual forms are taken: ${error.message}` });
    return null;
  }
}

function kernelKey(options: KernelOptions): string {
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', runtime: runtimeVersion(), format: 2 };
  const key = JSON.stringify({ ...machine, ...options });
  return `${options.size}-${options.batch}-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}

/** Null where there is none, or none that can be read: it is measured again. */
async function readPlan(path: string): Promise<KernelPlan | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as KernelPlan;
  } catch {
    return null;
  }
}

/** The plan that is kept from now on; null where none can be: it is measured again next time. */
async function keepPlan(path: string, plan: KernelPlan): Promise<KernelPlan | null> {
  const own = `${path}.${process.pid}`;
  try {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(own, `${JSON.stringify(plan, null, 2)}\n`);
    await link(own, path).catch(() => {});
    const kept = await readPlan(path);
    // One that can't be read is no one's.
    if (!kept) await rename(own, path);
    return kept;
  } catch {
    return null;
  } finally {
    await rm(own, { force: true });
  }
}

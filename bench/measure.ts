import { spawnSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { runtimeVersion } from '@edgeloop/onnx';

/** A ratio that a bench promises. */
export interface Bound {
  readonly name: string;
  readonly value: number;
  readonly least?: number;
  readonly most?: number;
}

export interface BenchResult {
  readonly bench: string;
  readonly figures: readonly Readonly<Record<string, string | number>>[];
  readonly bounds: readonly Bound[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/** The least of the values that so great a share of them does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const holds = ({ value, least, most }: Bound): boolean =>
  (least === undefined || value >= least) && (most === undefined || value <= most);

/** What figures mean nothing without. */
export function machine() {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model,
    cores: cpus().length,
    node: process.version,
    onnxruntime: runtimeVersion(),
    commit: commit(),
    kernel: release(),
    memoryBytes: totalmem(),
    /** Over 1, 5 and 15 minutes: the bench is in it, and what else ran. */
    load: loadavg(),
  };
}

/**
 * Of the code that was measured, `-dirty` where files differ from it; null: it is in no repository.
 */
function commit(): string | null {
  const args = ['describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'];
  const { status, stdout } = spawnSync('git', args, {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : null;
}

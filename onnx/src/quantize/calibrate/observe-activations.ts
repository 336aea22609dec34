import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seconds, type TensorPlan } from '@edgeloop/protocol';
import { ChildProcess, childModule } from '../../process/child-process.ts';
import { encodeModel } from '../../protobuf/encode.ts';
import { DataType, type ModelProto } from '../../protobuf/model.ts';
import type { ActivationsRequest } from './activations-messages.ts';
import { type SeenValues, ValueCounts } from './value-counts.ts';

/** What a model is calibrated on, and by how much of the machine. */
export interface CalibrationPictures {
  /** Each `uint8[size, size, 3]`. */
  readonly pictures: readonly Uint8Array[];
  readonly size: number;
  readonly plan: TensorPlan;
  /** A process each, up to `MOST_PROCESSES`. */
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Each has the model, all activations of a picture and half a megabyte a tensor: 250 MiB for a
 * ResNet18 at 224².
 */
const MOST_PROCESSES = 4;
const DEADLINE = seconds(300);

/**
 * The values that tensors of a model take over pictures, counted in the processes that compute
 * them: activations are 10 MB a picture for a ResNet18 at 224², and none are sent. How many
 * processes share the pictures changes nothing in the counts.
 * @param tensors Of the model, float.
 * @throws OnnxError `SESSION_FAILED`, `SESSION_DEADLINE`; `ONNX_UNSUPPORTED` where an activation is
 * no number.
 */
export async function observeActivations(
  model: ModelProto,
  tensors: readonly string[],
  { pictures, size, plan, threads, signal }: CalibrationPictures,
): Promise<Map<string, ValueCounts>> {
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-calibration-'));
  const processes = Math.max(1, Math.min(threads, MOST_PROCESSES, pictures.length));
  const children: ChildProcess[] = [];
  try {
    // One that can't be started leaves none of the others behind.
    while (children.length < processes) children.push(startChild());
    const modelPath = join(folder, 'model.onnx');
    await writeFile(modelPath, withOutputs(model, tensors));
    const observed = await Promise.all(
      children.map(async (child, first) => {
        const ask = (request: ActivationsRequest, bytes?: readonly Uint8Array[]) =>
          child.request(request, DEADLINE, bytes);
        await ask({ kind: 'load', modelPath, tensors });
        for (let i = first; i < pictures.length; i += processes) {
          signal?.throwIfAborted();
          await ask({ kind: 'observe', count: 1, size, plan }, [pictures[i] as Uint8Array]);
        }
        return (await ask({ kind: 'seen' })) as SeenValues[];
      }),
    );
    return new Map(tensors.map((name, i) => [name, merged(observed.map((seen) => seen[i]))]));
  } finally {
    await Promise.all(children.map((child) => child.close()));
    await rm(folder, { recursive: true, force: true });
  }
}

function startChild(): ChildProcess {
  const child = new ChildProcess(childModule('activations-child', import.meta.url), {
    blocking: true,
  });
  child.start();
  return child;
}

function merged(parts: readonly (SeenValues | undefined)[]): ValueCounts {
  const counts = new ValueCounts();
  for (const part of parts) if (part) counts.merge(part);
  return counts;
}

/** The model with these float tensors as its outputs. */
function withOutputs(model: ModelProto, tensors: readonly string[]): Uint8Array {
  const output = tensors.map((name) => ({
    name,
    type: { tensorType: { elemType: DataType.FLOAT } },
  }));
  return encodeModel({ ...model, graph: { ...model.graph, output } });
}

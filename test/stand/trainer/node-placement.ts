import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TrainingOptions } from '@edgeloop/onnx';
import { FROM_SOURCE } from '../from-source.ts';

const PLACE_NODES = fileURLToPath(new URL('./place-nodes.ts', import.meta.url));
const PLACED_ON = /Node\(s\) placed on \[(\w+)ExecutionProvider\]\. Number of nodes: (\d+)/;
const NODE = /VerifyEachNodeIsAssignedToAnEp\] {3}(\w+) \(/;

export interface Placement {
  /** How many nodes each provider got. */
  readonly counts: Readonly<Record<string, number>>;
  /** Operators of the nodes that the CPU got. */
  readonly onCpu: readonly string[];
}

/** Where ONNX Runtime places the nodes of a training step, as its log tells. */
export async function nodePlacement(options: Partial<TrainingOptions>): Promise<Placement> {
  const log = await new Promise<string>((resolve, reject) => {
    const args = [...FROM_SOURCE, PLACE_NODES, JSON.stringify(options)];
    execFile(process.execPath, args, { maxBuffer: 2 ** 26 }, (error, _out, text) =>
      error ? reject(error) : resolve(text),
    );
  });
  const counts: Record<string, number> = {};
  const onCpu: string[] = [];
  let provider = '';
  for (const line of log.split('\n')) {
    const [, name, count] = PLACED_ON.exec(line) ?? [];
    if (name) {
      provider = name;
      counts[name] = Number(count);
    }
    const [, opType] = NODE.exec(line) ?? [];
    if (opType && provider === 'CPU') onCpu.push(opType);
  }
  return { counts, onCpu };
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkGolden } from '@edgeloop/onnx';
import { ModelSlot } from '../../../../agent/src/model/model-slot.ts';

/**
 * In place of the runtime: the model's file holds the logits that it gives. Needs the whole file to
 * start, as the runtime does.
 */
export class StandInModel extends ModelSlot {
  #classified = 0;

  override get classified(): number {
    return this.#classified;
  }

  override async start(): Promise<void> {
    const { loaded } = this;
    const { logits } = JSON.parse(await readFile(loaded.modelPath, 'utf8'));
    const output = { dims: [1, logits.length], data: Float32Array.from(logits) };
    const run = async () => ({ outputs: { logits: output }, inferenceMillis: 1 });
    const crop = () => readFile(join(loaded.directory, 'golden/0.rgb'));
    await checkGolden(loaded, { run }, crop);
  }

  see(): void {
    this.#classified += 1;
  }
}

import { createHash } from 'node:crypto';
import { drawSample, encodeJpeg, SCENE_CLASSES } from '@edgeloop/imaging';
import { parseId, type Sha256 } from '@edgeloop/protocol';
import type { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { sampleRecord } from '../../stand/fleet/samples.ts';

export interface BroughtSample {
  readonly sha256: Sha256;
  /** What it shows. */
  readonly label: string;
}

/**
 * Pictures of the drawn conveyor, as a device brings them: with what its model made of them,
 * sometimes wrong.
 * @param task the name of the slot as well, by which the control plane finds the task
 * @param seed another brings others
 */
export async function bringSamples(
  controlPlane: ControlPlaneProcess,
  {
    task,
    count,
    device = 'pi-1',
    seed = 0,
  }: { task: string; count: number; device?: string; seed?: number },
): Promise<BroughtSample[]> {
  const { username, password } = await controlPlane.enrol(device);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const bring = async (_: unknown, i: number): Promise<BroughtSample> => {
    const number = seed + i;
    const label = SCENE_CLASSES[number % SCENE_CLASSES.length] as (typeof SCENE_CLASSES)[number];
    const bytes = await encodeJpeg(await drawSample(number, label), 90);
    const sha256 = parseId('sha256', createHash('sha256').update(bytes).digest('hex'));
    const other = SCENE_CLASSES[(number + 1) % SCENE_CLASSES.length] as string;
    const score = 0.42 + (number % 7) * 0.08;
    const record = {
      ...sampleRecord(number * 60),
      sha256,
      bytes: bytes.length,
      width: 320,
      height: 240,
      label,
      slot: task,
      scores: { [label]: score, [other]: 1 - score },
      burst: `55555555-5555-4555-8555-${String(number).padStart(12, '0')}`,
    };
    const begun = await controlPlane.fetch('/api/device/samples', {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(record),
    });
    const { upload } = (await begun.json()) as { upload: string };
    const taken = await controlPlane.fetch(upload, {
      method: 'PATCH',
      headers: {
        authorization,
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
      },
      body: new Uint8Array(bytes),
    });
    if (!taken.ok) throw new Error(`a sample was not taken: ${await taken.text()}`);
    return { sha256, label };
  };
  return Promise.all(Array.from({ length: count }, bring));
}

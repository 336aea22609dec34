import { type Finding, ok, problem, warning } from '@edgeloop/findings';
import type { LoadedPackage } from '@edgeloop/onnx';
import type { DeviceId, SlotId } from '@edgeloop/protocol';
import type { Config } from '../config/config.ts';
import { loadPackages } from '../model/load-packages.ts';
import { ModelSlot, type ModelSlotOptions } from '../model/model-slot.ts';

const PULL =
  'edgeloop models pull MODEL FOLDER brings it whole; slots.….package in agent.yaml names it';

/** Each slot's package is whole, loads on this processor, and gives its golden scores. */
export async function checkModels(config: Config): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let packages: ReadonlyMap<SlotId, LoadedPackage>;
  try {
    packages = await loadPackages(config, (slot, { message }) => {
      const what = `slot ${slot} runs what an update brought; its own package is missing: ${message}`;
      findings.push(warning('package', what, PULL));
    });
  } catch (error) {
    return [problem('model', (error as Error).message, PULL)];
  }
  // One after the other: a Pi has memory for one more, not for all.
  for (const [id, slot] of config.slots) {
    const loaded = packages.get(id) as LoadedPackage;
    findings.push(await checkSlot(config.device, { ...slot, id, loaded, background: true }));
  }
  return findings;
}

async function checkSlot(device: DeviceId, options: ModelSlotOptions): Promise<Finding> {
  const what = `slot ${options.id}, ${options.loaded.manifest.name}`;
  const slot = new ModelSlot(options);
  try {
    await slot.start();
    return ok('model', `${what}: whole, and its golden cases pass here`);
  } catch (error) {
    const mend = `edgeloop rollouts create --model MODEL --task TASK --device ${device} brings another`;
    return problem('model', `${what}: ${(error as Error).message}`, mend);
  } finally {
    await slot.close();
  }
}

import type { LoadedPackage } from '@edgeloop/onnx';
import type { BootId, ConfigurationReport, Reported, SlotId } from '@edgeloop/protocol';
import type { Config } from '../config/config.ts';

/** Who runs, and what the control plane set over agent.yaml. */
interface ReportedSurroundings {
  readonly bootId: BootId;
  readonly version: string;
  readonly configuration: { readonly report: ConfigurationReport | null };
}

/**
 * What the device says runs on it.
 * @param desired Version of the configuration that is applied; null: none yet.
 */
export function reportedOf(
  config: Config,
  packages: ReadonlyMap<SlotId, LoadedPackage>,
  { bootId, version, configuration }: ReportedSurroundings,
  desired: number | null,
): Reported {
  return {
    bootId,
    agentVersion: version,
    slots: Object.fromEntries(
      Array.from(packages, ([id, { digest, manifest, variant }]) => [
        id,
        { model: digest, name: manifest.name, variant },
      ]),
    ),
    cameras: Object.fromEntries(
      Array.from(config.cameras, ([id, { source, slot, decide }]) => [
        id,
        { source: source.kind, slot, mode: decide.mode },
      ]),
    ),
    ...(desired !== null && { desired }),
    ...(configuration.report && { configuration: configuration.report }),
  };
}

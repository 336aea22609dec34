import type { AgentFileReport, BootId, ConfigurationReport, Reported } from '@edgeloop/protocol';
import type { Config } from '../config/config.ts';
import { reportLook } from '../look/report-look.ts';
import type { Models } from '../update/models.ts';

/** Who runs, and what the control plane set over agent.yaml. */
interface ReportedSurroundings {
  readonly bootId: BootId;
  readonly version: string;
  readonly configuration: { readonly report: ConfigurationReport | null };
  readonly agentFile: () => AgentFileReport | null;
}

/**
 * What the device says runs on it.
 * @param desired Version of the configuration that is applied; null: none yet.
 */
export function reportedOf(
  config: Config,
  models: Pick<Models, 'reported' | 'root'>,
  { bootId, version, configuration, agentFile }: ReportedSurroundings,
  desired: number | null,
): Reported {
  const file = agentFile();
  return {
    bootId,
    agentVersion: version,
    slots: models.reported,
    cameras: Object.fromEntries(
      Array.from(config.cameras, ([id, camera]) => {
        const { source, slot, decide } = camera;
        return [id, { source: source.kind, slot, mode: decide.mode, look: reportLook(camera) }];
      }),
    ),
    ...(config.privacy.pictures === 'stay' && { pictures: 'stay' as const }),
    ...(desired !== null && { desired }),
    ...(models.root !== null && { root: models.root }),
    ...(configuration.report && { configuration: configuration.report }),
    ...(file && { agentFile: file }),
  };
}

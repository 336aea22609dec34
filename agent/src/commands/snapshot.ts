import type { CameraId } from '@edgeloop/protocol';
import type { Sampler } from '../sampling/sampler.ts';
import type { CommandHandler } from './command-runner.ts';

/**
 * `snapshot`: keeps the next frame of one camera, or of each, as a sample.
 * @param sampler Null: the device keeps no samples.
 * @param refusal Why nobody gets a picture now; null: somebody may.
 */
export function snapshot(
  sampler: Pick<Sampler, 'request'> | null,
  cameras: readonly CameraId[],
  refusal: (camera?: CameraId) => string | null,
): CommandHandler {
  return async ({ camera }, signal) => {
    const refused = refusal(camera);
    if (refused !== null) return { outcome: 'refused', reason: refused };
    if (!sampler) {
      return { outcome: 'refused', reason: 'this device keeps no samples: set server.url' };
    }
    if (camera !== undefined && !cameras.includes(camera)) {
      const reason = `expected one of the cameras (${cameras.join(', ')}), received ${camera}`;
      return { outcome: 'refused', reason };
    }
    const asked = camera === undefined ? cameras : [camera];
    const outcomes = await Promise.all(asked.map((id) => sampler.request(id, signal)));
    const samples = outcomes.flatMap((outcome) => ('kept' in outcome ? [outcome.kept] : []));
    const passed = outcomes.flatMap((outcome, i) =>
      'passed' in outcome ? [`${asked[i]}: ${outcome.passed}`] : [],
    );
    const reason = passed.length > 0 ? { reason: passed.join('; ') } : {};
    if (samples.length > 0) return { outcome: 'done', samples, ...reason };
    return { outcome: signal.aborted ? 'expired' : 'refused', ...reason };
  };
}

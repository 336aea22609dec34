import { type Finding, ok, problem } from '@edgeloop/findings';
import { type CameraId, epochMillis, millis } from '@edgeloop/protocol';
import { createSource } from '../camera/create-source.ts';
import type { CameraConfig, Config } from '../config/config.ts';

const MEND =
  'Mend cameras in agent.yaml; edgeloop-agent check-config tells whether the path is there';
const CLOCK = {
  now: () => epochMillis(Date.now()),
  monotonic: () => millis(performance.now()),
};

/** Each camera gives a frame within the time that the agent would wait for one. */
export async function checkCameras({ cameras }: Pick<Config, 'cameras'>): Promise<Finding[]> {
  return Promise.all([...cameras].map(([id, camera]) => checkCamera(id, camera)));
}

async function checkCamera(id: CameraId, camera: CameraConfig): Promise<Finding> {
  const source = createSource(camera.source, CLOCK);
  const { noFrameTimeout } = camera;
  const ended = new AbortController();
  const timer = setTimeout(() => ended.abort(), noFrameTimeout);
  let frames = 0;
  let unreadable: string | null = null;
  try {
    const sink = {
      async frame() {
        frames += 1;
        ended.abort();
      },
      unreadable(name: string, cause: unknown) {
        unreadable ??= `${name}: ${(cause as Error).message}`;
      },
    };
    await source.run(sink, ended.signal);
  } catch (error) {
    return problem('camera', `${id}: ${(error as Error).message}`, MEND);
  } finally {
    clearTimeout(timer);
  }
  if (frames > 0) return ok('camera', `${id} gives frames: ${source.description}`);
  const why = unreadable ?? `none within ${noFrameTimeout / 1000} s`;
  return problem('camera', `${id} gives no frame (${why}): ${source.description}`, MEND);
}

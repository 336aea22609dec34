import { type Finding, ok, problem, warning } from '@edgeloop/findings';
import { decodeFitted } from '@edgeloop/imaging';
import { type CameraId, epochMillis, millis } from '@edgeloop/protocol';
import { createSource } from '../camera/create-source.ts';
import type { Frame } from '../camera/frame.ts';
import type { CameraConfig, Config } from '../config/config.ts';
import type { AgentStatus } from '../control/agent-status.ts';
import type { RunningAgent } from './ask-running-agent.ts';

const MEND =
  'Mend cameras in agent.yaml; edgeloop-agent check-config tells whether the path is there';
const CLOCK = {
  now: () => epochMillis(Date.now()),
  monotonic: () => millis(performance.now()),
};

/**
 * Each camera gives a frame that can be decoded within the time that the agent would wait for one. Where the agent runs
 * it has the cameras, of which most serve one at a time: then its word counts.
 */
export async function checkCameras(
  { cameras }: Pick<Config, 'cameras'>,
  agent: RunningAgent,
): Promise<Finding[]> {
  if (agent.kind === 'told') return agent.status.cameras.map(judge);
  if (agent.kind === 'none') {
    return Promise.all([...cameras].map(([id, camera]) => checkCamera(id, camera)));
  }
  const what = `not tried: an agent has them, which could not be asked how they do: ${agent.why}`;
  return [warning('camera', what, 'journalctl -u edgeloop-agent tells more')];
}

function judge({ id, state, frames, problem: wrong }: AgentStatus['cameras'][number]): Finding {
  if (wrong !== null) return problem('camera', `${id}, of the agent that runs: ${wrong}`, MEND);
  if (state === 'resting') return ok('camera', `${id} rests, by its schedule`);
  if (state === 'finished') return ok('camera', `${id} has shown the agent that runs all it had`);
  if (frames > 0) return ok('camera', `${id} gives frames to the agent that runs: ${frames}`);
  const what = `${id} has given the agent that runs no frame yet`;
  return warning('camera', what, 'Look again in a moment');
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
      async frame(frame: Frame) {
        try {
          await decode(frame);
          frames += 1;
          ended.abort();
        } catch (error) {
          sink.unreadable(frame.name ?? 'a picture', error);
        }
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

/** Of the shorter side, in pixels: whether it can be decoded does not depend on how large. */
const SMALL = 48;

async function decode({ image }: Frame): Promise<void> {
  if (image.kind === 'encoded') await decodeFitted(image.bytes, SMALL);
}

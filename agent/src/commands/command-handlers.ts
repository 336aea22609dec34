import type { CameraId } from '@edgeloop/protocol';
import type { Config } from '../config/config.ts';
import type { Heads } from '../head/heads.ts';
import type { Pictures } from '../pictures/pictures.ts';
import type { Sampling } from '../sampling/sampling.ts';
import type { Surroundings } from '../surroundings.ts';
import type { CommandHandler } from './command-runner.ts';
import { dropHead, fitHead, label } from './heads.ts';
import { logs } from './logs.ts';
import { pictureRefusal } from './picture-refusal.ts';
import { preview } from './preview.ts';
import { restart } from './restart.ts';
import { secretsOf } from './secrets-of.ts';
import { snapshot } from './snapshot.ts';

interface Parts {
  readonly sampling: Sampling | null;
  readonly pictures: Pictures | null;
  readonly heads: Heads;
}

/** Every command that an agent knows. */
export function commandHandlers(
  config: Config,
  { sampling, pictures, heads }: Parts,
  { clock, logTail, restart: end }: Surroundings,
): ReadonlyMap<string, CommandHandler> {
  const { cameras, server, device, privacy } = config;
  const names = [...cameras.keys()];
  const refusal = (camera?: CameraId) => {
    const asked = camera === undefined ? [...cameras.values()] : [cameras.get(camera)];
    return pictureRefusal(
      privacy,
      asked.map((one) => one?.look.schedule ?? null),
      clock.now(),
    );
  };
  return new Map<string, CommandHandler>([
    ['snapshot', snapshot(sampling?.sampler ?? null, names, refusal)],
    ['preview', preview(pictures, names, refusal)],
    ['restart', restart(end)],
    ['label', label(heads)],
    ['fit-head', fitHead(heads)],
    ['drop-head', dropHead(heads)],
    [
      'logs',
      logs({ tail: logTail, server, device, now: clock.now, secrets: () => secretsOf(config) }),
    ],
  ]);
}

import { randomUUID } from 'node:crypto';
import { type DeviceId, parseId, type SiteId, seconds } from '@edgeloop/protocol';
import type { Admissions } from '../accounts/admissions.ts';
import type { Database } from '../database/open-stores.ts';
import { CommandService } from '../device-commands/command-service.ts';
import { CommandStore } from '../device-commands/command-store.ts';
import { DeviceLogStore } from '../device-commands/device-log-store.ts';
import type { DeviceLine } from '../ingest/device-line.ts';
import type { PictureNews } from '../pictures/picture-news.ts';
import { Retention } from '../retention/retention.ts';
import type { BoundedTime } from '../trusted-time/bounded-time.ts';
import type { Context } from './context.ts';

/** What of the context it needs. */
export interface CommandsContext extends Pick<Context, 'database' | 'events' | 'metrics'> {
  readonly time: BoundedTime;
  readonly surroundings: Pick<Context['surroundings'], 'log' | 'now'>;
  readonly lifecycle: Pick<Context['lifecycle'], 'add'>;
}

interface Dependencies {
  readonly admissions: Pick<Admissions, 'find' | 'allowAnonymous'>;
  readonly news: Pick<PictureNews, 'expect'>;
}

/** An answer that got lost, or a question: it is asked again so often. */
const LOOK_EVERY = seconds(10);
const REMOVE_EVERY = seconds(3600);

/** What devices are asked to do once, and what they answer. */
export function openCommands(
  { surroundings: { now, log }, lifecycle, database, events, metrics, time }: CommandsContext,
  { admissions, news }: Dependencies,
) {
  const store = new CommandStore({ database, now: () => time.latest() });
  const commandService = new CommandService({
    store,
    events,
    now,
    log,
    every: LOOK_EVERY,
    siteOf: (device) => siteOf(admissions, database, device),
    onPreview: (device, camera, time) => news.expect(device, camera, time),
    onEnd: ({ command, state }) => metrics.commands.inc({ command, outcome: state }),
    newId: () => parseId('commandId', randomUUID()),
  });
  const unsubscribe = events.subscribe(({ kind, subject: { device } }) => {
    if (kind === 'device.online' && device) commandService.online(device as DeviceId);
    if (kind === 'device.decommissioned' && device) commandService.forget(device as DeviceId);
  });
  const retention = new Retention({
    now: () => time.earliest(),
    log,
    every: REMOVE_EVERY,
    rules: [store.retention],
  });
  retention.start();
  lifecycle.add(async () => {
    unsubscribe();
    await commandService.close();
    await retention.close();
  });
  return {
    commandService,
    commands: store,
    deviceLogs: new DeviceLogStore({ database, now }),
    /** Once there is a way to devices. */
    start(ingest: Pick<DeviceLine, 'publish' | 'connected'>): void {
      const publish = (...[address, command]: Parameters<Publish>) =>
        ingest.publish('cmd', address, command);
      void ingest.connected
        .then(() => commandService.start(publish))
        .catch((error: Error) => {
          log.error({ error: error.message }, 'commands are not said');
        });
    },
  };
}

type Publish = Parameters<CommandService['start']>[0];

async function siteOf(
  admissions: Dependencies['admissions'],
  database: Database,
  device: DeviceId,
): Promise<SiteId | null> {
  const account = admissions.find(device);
  if (account?.kind === 'device') return account.revoked ? null : account.site;
  if (account || !admissions.allowAnonymous) return null;
  const row = await database
    .selectFrom('devices')
    .select('site')
    .where('device', '=', device)
    .executeTakeFirst();
  return row?.site ?? null;
}

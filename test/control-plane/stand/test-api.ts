import type { DeviceId, EpochMillis } from '@edgeloop/protocol';
import { bytes, epochMillis, mebibytes, millis, seconds } from '@edgeloop/protocol';
import pino from 'pino';
import type { Test } from 'tap';
import { AttemptLimit } from '../../../control-plane/src/access/attempt-limit.ts';
import { IdempotencyStore } from '../../../control-plane/src/access/idempotency-store.ts';
import { PersonStore } from '../../../control-plane/src/access/people/person-store.ts';
import type { Role } from '../../../control-plane/src/access/roles.ts';
import { openSessions } from '../../../control-plane/src/access/sessions/open-sessions.ts';
import { TokenStore } from '../../../control-plane/src/access/token-store.ts';
import { AccountStore } from '../../../control-plane/src/accounts/account-store.ts';
import { Admissions } from '../../../control-plane/src/accounts/admissions.ts';
import { deviceAuthenticator } from '../../../control-plane/src/accounts/device-authenticator.ts';
import { type ApiOptions, createApi } from '../../../control-plane/src/api/create-api.ts';
import { AuditStore } from '../../../control-plane/src/audit/audit-store.ts';
import { openStores } from '../../../control-plane/src/database/open-stores.ts';
import type { PostgresUrl } from '../../../control-plane/src/database/postgres/connect-postgres.ts';
import {
  createFleet,
  type FleetSurroundings,
} from '../../../control-plane/src/devices/create-fleet.ts';
import { DetectionFollower } from '../../../control-plane/src/events/detection-follower.ts';
import { EventBus } from '../../../control-plane/src/events/event-bus.ts';
import { LabelQueue } from '../../../control-plane/src/labels/label-queue.ts';
import { Metrics } from '../../../control-plane/src/metrics/metrics.ts';
import { openCommands } from '../../../control-plane/src/parts/open-commands.ts';
import { openConfigurations } from '../../../control-plane/src/parts/open-configurations.ts';
import { openJobs } from '../../../control-plane/src/parts/open-jobs.ts';
import { openLearning } from '../../../control-plane/src/parts/open-learning.ts';
import { openPictures } from '../../../control-plane/src/parts/open-pictures.ts';
import { openRegistry } from '../../../control-plane/src/parts/open-registry.ts';
import { openRetention } from '../../../control-plane/src/parts/open-retention.ts';
import { openRollouts } from '../../../control-plane/src/parts/open-rollouts.ts';
import { RetentionStore } from '../../../control-plane/src/retention/retention-store.ts';
import { machineClock } from '../../../control-plane/src/trusted-time/machine-clock.ts';
import { TrustedTime } from '../../../control-plane/src/trusted-time/trusted-time.ts';
import { TrustedTimeStore } from '../../../control-plane/src/trusted-time/trusted-time-store.ts';
import { Webhooks } from '../../../control-plane/src/webhooks/webhooks.ts';

type TestApiParts = Partial<ApiOptions> & { folder: string; url?: PostgresUrl | null } & Pick<
    ApiOptions,
    'store'
  > & {
    /** Of the fleet's surroundings, what a test wants to see. */
    around?: Partial<FleetSurroundings>;
  };

const NO_DISK = {
  free: bytes(0),
  total: bytes(0),
  state: 'room' as const,
  marks: { samples: bytes(0), detections: bytes(0) },
};

/** The API over a folder that a `Store` has opened, with real stores; closed with the test. */
export async function createTestApi(
  t: Pick<Test, 'teardown'>,
  { folder, url = null, around, ...given }: TestApiParts,
) {
  const database = openStores(folder, url);
  const now = (): EpochMillis => epochMillis(Date.now());
  const tokens = new TokenStore({ database, now });
  const audit = new AuditStore({ database, now });
  const log = pino({ level: 'silent' });
  const events = new EventBus({ now });
  const { store } = given;
  const detections = new DetectionFollower({ store, events, log });
  const opened: (() => unknown)[] = [];
  const retention = new RetentionStore({
    database,
    defaults: {
      detectionAge: null,
      databaseBytes: null,
      sampleAge: null,
      sampleBytes: null,
      pictureAge: seconds(86_400),
      pictureBytes: mebibytes(1),
    },
  });
  await retention.start();
  /** Devices whose configuration changed. */
  const told: DeviceId[] = [];
  const time = new TrustedTime({
    store: new TrustedTimeStore(database),
    now,
    machine: machineClock(),
    log,
    limit: () => seconds(3600),
    every: seconds(60),
    onChange: () => {},
  });
  await time.start();
  opened.push(() => time.close());
  const context = {
    time,
    config: {
      data: folder,
      keys: { folder: null, signing: null, online: null },
      retention: { samplesMark: mebibytes(1) },
      leaseTime: seconds(60),
    },
    surroundings: { log, now, random: () => 0.5 },
    store,
    database,
    events,
    retention,
    metrics: new Metrics(),
    lifecycle: { add: (close: () => unknown) => void opened.unshift(close) },
  };
  const { registry, ...parts } = await openRegistry(context);
  const learning = await openLearning(context, parts);
  const jobs = await openJobs(context, { ...parts, registry }, learning);
  const configured = await openConfigurations(context, (devices) => told.push(...devices));
  // Nobody moves them on but who asks.
  const {
    engine: _,
    slots,
    ...rollouts
  } = await openRollouts(context, {
    registry,
    configurations: configured.configurationPort,
    tell: () => {},
  });
  const accounts = new AccountStore({ database, now });
  const admissions = new Admissions({ accounts, allowAnonymous: false });
  await admissions.start();
  const { pictures, news } = await openPictures(context, { admissions, mayKeep: () => true });
  const commands = openCommands(context, { admissions, news });
  const fleet = createFleet({
    database,
    accounts,
    admissions,
    events,
    now,
    disconnect: async () => {},
    clearRetained: async () => 0,
    settled: async () => {},
    pictures: learning,
    shown: pictures,
    ...around,
  });
  const limit = { free: 3, firstWait: millis(1000), longestWait: millis(60_000), bound: 100, now };
  const attempts = new AttemptLimit(limit);
  const people = new PersonStore({ database, now });
  const access = openSessions(
    { database, now, attempts, tokens, people },
    { address: limit, named: limit },
  );
  const app = await createApi({
    ...access,
    attempts,
    audit,
    idempotency: new IdempotencyStore({ database, now }),
    log,
    version: '1.2.3',
    now,
    dashboard: null,
    tls: null,
    pictures,
    ...commands,
    ...parts,
    silentAfter: seconds(600),
    registry,
    ...openRetention(context, NO_DISK),
    problems: () => [],
    metrics: async () => 'up 1\n',
    answered: () => {},
    devices: deviceAuthenticator(admissions),
    fleet: { ...fleet, mqttUrl: (hostname) => `mqtt://${hostname}:1883` },
    ...learning,
    ...jobs,
    ...rollouts,
    ...configured,
    events,
    detections,
    queue: new LabelQueue({ database, now, drifting: jobs.drifting }),
    webhooks: new Webhooks({
      database,
      store,
      events,
      log,
      now,
      time,
      version: '1',
      random: () => 0,
    }),
    ...given,
  });
  t.teardown(async () => {
    await app.close();
    for (const close of opened) await close();
    await database.destroy();
  });
  return {
    app,
    ...access,
    audit,
    database,
    admissions,
    events,
    detections,
    ...parts,
    registry,
    learning,
    slots,
    configured,
    told,
    commandService: commands.commandService,
  };
}

const made = new WeakMap<TokenStore, Map<Role, string>>();

/** The header of a token with a role: the same each time. */
export async function bearer(tokens: TokenStore, role: Role): Promise<string> {
  const known = made.get(tokens) ?? new Map<Role, string>();
  made.set(tokens, known);
  const secret =
    known.get(role) ?? (await tokens.create({ name: `a ${role}`, role }, 'a test')).secret;
  known.set(role, secret);
  return `Bearer ${secret}`;
}

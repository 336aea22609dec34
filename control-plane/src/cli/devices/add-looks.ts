import { type Command, Option } from 'commander';
import type { DevicePage, DeviceSummary, DeviceView, StreamView } from '../../resources/device.ts';
import { keyValues } from '../arguments/key-values.ts';
import type { Cli } from '../cli.ts';
import { collectPages, type PageOptions, withPaging } from '../client/collect-pages.ts';
import { type Column, digest, list, size, state, when } from '../output/cell.ts';
import { duration } from '../output/relative-time.ts';

interface ListOptions extends PageOptions {
  readonly site?: string;
  readonly state?: string;
  readonly tag?: string;
  readonly attribute?: Readonly<Record<string, string>>;
}

type Row = Column<DeviceSummary>;

const NAME: Row = { head: 'DEVICE', cell: ({ device }) => device, keep: true };
const SITE: Row = { head: 'SITE', cell: ({ site }) => site };
const STATE: Row = {
  head: 'STATE',
  cell: ({ state: word, revokedAt }) => state(revokedAt ? 'revoked' : word),
};
const LAST_SEEN: Row = { head: 'LAST SEEN', cell: ({ lastSeenAt }) => when(lastSeenAt) };
const AGENT: Row = { head: 'AGENT', cell: ({ agentVersion }) => agentVersion };
const TAGS: Row = { head: 'TAGS', cell: ({ tags }) => list(tags) };
const ATTRIBUTES: Row = {
  head: 'ATTRIBUTES',
  cell: ({ attributes }) =>
    list(Object.entries(attributes).map(([key, value]) => `${key}=${value}`)),
};

const MORE: readonly Row[] = [
  { head: 'STATE SINCE', cell: ({ stateAt }) => when(stateAt) },
  LAST_SEEN,
  { head: 'FIRST SEEN', cell: ({ firstSeenAt }) => when(firstSeenAt) },
  { head: 'ENROLLED', cell: ({ enrolledAt }) => when(enrolledAt) },
  ...[AGENT, TAGS, ATTRIBUTES],
];

type Slot = NonNullable<DeviceView['reported']>['slots'][string];

const SLOTS: readonly Column<[string, Slot]>[] = [
  { head: 'SLOT', cell: ([slot]) => slot },
  { head: 'MODEL', cell: ([, { model }]) => digest(model), keep: true },
  { head: 'HEAD TUNED THERE', cell: ([, slot]) => headWords(slot) },
  { head: 'UPDATE', cell: ([, { update }]) => (update ? state(update.state) : null) },
  {
    head: 'WHY',
    cell: ([, { update, headProblem }]) => update?.reason?.message ?? headProblem?.message,
  },
];

/** Null: the model's own decides, as it came. */
function headWords({ head, headProblem }: Slot): string | null {
  if (headProblem) return 'unusable: the own one decides';
  if (!head) return null;
  const { pictures, right, rightBefore } = head.heldOut;
  return `${head.digest.slice(0, 12)}, ${right} of ${pictures} right, before ${rightBefore}`;
}

const CAMERAS: readonly Column<[string, DeviceView['cameras'][string]]>[] = [
  { head: 'CAMERA', cell: ([camera]) => camera },
  { head: 'LABEL', cell: ([, { label }]) => label },
  { head: 'SCORE', cell: ([, { score }]) => score?.toFixed(2), right: true },
];

const HEALTH: readonly Column<NonNullable<DeviceView['health']>>[] = [
  { head: 'HEALTH OF', cell: ({ at }) => when(at) },
  { head: 'UP', cell: ({ uptimeSeconds }) => duration(uptimeSeconds) },
  { head: 'MEMORY', cell: ({ rssBytes }) => size(rssBytes) },
  { head: 'IN OUTBOX', cell: ({ outbox }) => outbox.rows },
];

const STREAMS: readonly Column<StreamView>[] = [
  { head: 'STREAM', cell: ({ stream }) => ({ text: stream, short: stream.slice(0, 8) }) },
  { head: 'THROUGH', cell: ({ through }) => through, right: true },
  { head: 'STORED', cell: ({ stored }) => stored, right: true },
  { head: 'LOST', cell: ({ lost }) => lost, right: true },
];

/** `list` and `show`. */
export function addLooks(devices: Command, cli: Cli): void {
  withPaging(devices.command('list'))
    .description('devices that enrolled or ever said a word, by name')
    .option('--site <site>', 'of this site alone')
    .addOption(
      new Option('--state <state>', 'in this state alone').choices([
        'online',
        'offline',
        'unknown',
      ]),
    )
    .option('--tag <tag>', 'with this tag alone')
    .option('--attribute <key=value...>', 'with these attributes alone', keyValues)
    .action(async ({ site, state: word, tag, attribute = {}, ...page }: ListOptions) => {
      const attributes = Object.fromEntries(
        Object.entries(attribute).map(([key, value]) => [`attribute.${key}`, value]),
      );
      const query = { site, state: word, tag, ...attributes };
      const found = await collectPages<DevicePage>(await cli.api(), 'GET /api/devices', 'devices', {
        ...page,
        query,
      });
      await cli.print(found, (sheet) =>
        sheet
          .table(
            found.devices,
            [NAME, SITE, STATE, LAST_SEEN, AGENT, TAGS],
            'No device fits. edgeloop enrolment-tokens create lets one in.',
          )
          .more(found.next),
      );
    });

  devices
    .command('show')
    .description('one device: what it reports, its cameras, health and streams')
    .argument('<device>', 'its name')
    .action(async (device: string) => {
      const api = await cli.api();
      const view = await api.askJson<DeviceView>('GET /api/devices/{device}', { path: { device } });
      await cli.print(view, (sheet) => {
        sheet.fields(view, [NAME, SITE, STATE, ...MORE]);
        sheet.section('Slots', Object.entries(view.reported?.slots ?? {}), SLOTS);
        sheet.section('Cameras', Object.entries(view.cameras), CAMERAS);
        if (view.health) sheet.fields(view.health, HEALTH);
        sheet.section('Streams', view.streams, STREAMS);
        if (view.streams.length < view.streamsInAll) {
          sheet.note(`The newest ${view.streams.length} of ${view.streamsInAll} streams.`);
        }
      });
    });
}

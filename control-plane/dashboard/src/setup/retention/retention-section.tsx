import type { RetentionView } from '../../../../src/resources/retention.ts';
import { useResource } from '../../api/use-resource.ts';
import { bytes, duration } from '../../ui/format.ts';
import { Meter } from '../../ui/meter.tsx';
import { Section } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { Loaded } from '../loaded.tsx';

const EVERY = 30_000;

const STATES = {
  room: ['good', 'Everything is taken'],
  'no-samples': ['warn', 'Pictures and models are refused'],
  full: ['bad', 'Nothing is stored: devices keep their detections'],
} as const;

/** Read-only: a bound that a slip of the mouse could lower would remove what nobody can bring back. */
export function RetentionSection() {
  const read = useResource<RetentionView>('/api/retention', {
    on: ['disk.changed'],
    every: EVERY,
  });
  return (
    <>
      <p class="setup-lead">
        What is kept how long. It is set where the control plane is started, by the options named
        here, or in its environment: EDGELOOP_RETAIN_AGE and so on.
      </p>
      <Loaded what="The bounds" from={read}>
        {({ detections, samples, disk }) => (
          <>
            <Section title="Disk">
              <State kind={STATES[disk.state][0]}>{STATES[disk.state][1]}</State>
              <Meter
                label="Free"
                value={disk.free}
                max={disk.total}
                text={bytes(disk.free)}
                limit={{
                  value: disk.samplesMark,
                  text: `of ${bytes(disk.total)}; below ${bytes(disk.samplesMark)} pictures and models are refused`,
                }}
                kind={disk.state === 'room' ? 'good' : disk.state === 'full' ? 'bad' : 'warn'}
                note={`--samples-mark ${bytes(disk.samplesMark)}; --detections-mark ${bytes(disk.detectionsMark)}: with less, nothing is stored.`}
              />
            </Section>
            <Section title="Detections">
              <Kept
                {...detections}
                disk={disk.total}
                what="The database"
                older="Detections that were received longer ago are removed"
                options={['--retain-age', '--retain-bytes']}
              />
            </Section>
            <Section title="Pictures">
              <Kept
                {...samples}
                disk={disk.total}
                what="Pictures"
                older="Pictures without a label that were received longer ago are removed; labelled ones stay"
                options={['--retain-sample-age', '--retain-sample-bytes']}
              />
            </Section>
          </>
        )}
      </Loaded>
    </>
  );
}

interface KeptProps {
  /** ms; null: without bound. */
  readonly age: number | null;
  readonly bytes: number | null;
  readonly used: number;
  /** Bytes of the whole disk. */
  readonly disk: number;
  readonly what: string;
  readonly older: string;
  readonly options: readonly [string, string];
}

function Kept({ age, bytes: bound, used, disk, what, older, options: [byAge, bySize] }: KeptProps) {
  return (
    <>
      <dl class="setup-facts">
        <dt>{byAge}</dt>
        <dd>
          {age === null
            ? 'not set: none is too old'
            : `${older.replace('longer ago', `more than ${duration(age)} ago`)}.`}
        </dd>
        <dt>{bySize}</dt>
        <dd>
          {bound === null
            ? 'not set: as much as the disk holds'
            : `The oldest are removed beyond ${bytes(bound)}.`}
        </dd>
      </dl>
      <Meter
        label={what}
        value={used}
        max={bound ?? disk}
        text={bytes(used)}
        note={bound === null ? `The bar is the disk: ${bytes(disk)}.` : `At most ${bytes(bound)}.`}
      />
    </>
  );
}

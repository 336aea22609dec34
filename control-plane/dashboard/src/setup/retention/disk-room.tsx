import type { RetentionUsage } from '../../../../src/resources/retention.ts';
import { bytes } from '../../ui/format.ts';
import { Meter } from '../../ui/meter.tsx';
import { State } from '../../ui/state.tsx';

const STATES = {
  room: ['good', 'Everything is taken'],
  'no-samples': ['warn', 'Pictures and models are refused'],
  full: ['bad', 'Nothing is stored: devices keep their detections'],
} as const;

/** How much is left, and what is refused below which mark. */
export function DiskRoom({ disk }: { disk: RetentionUsage['disk'] }) {
  const { state, free, total, samplesMark, detectionsMark } = disk;
  const [kind, words] = STATES[state];
  return (
    <>
      <State kind={kind}>{words}</State>
      <Meter
        label="Free"
        value={free}
        max={total}
        text={bytes(free)}
        limit={{
          value: samplesMark,
          text: `of ${bytes(total)}; below ${bytes(samplesMark)} pictures and models are refused`,
        }}
        kind={kind}
        note={`--samples-mark ${bytes(samplesMark)}; --detections-mark ${bytes(detectionsMark)}: with less, nothing is stored.`}
      />
    </>
  );
}

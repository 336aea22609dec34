import { useId, useRef, useState } from 'preact/hooks';
import type { DeviceRun } from '../../../../src/resources/run.ts';
import type { Timeline as TimelineAnswer } from '../../../../src/resources/timeline.ts';
import { now } from '../../ui/clock.ts';
import { ticksOf } from '../../ui/ticks.ts';
import { bandsOf, rolloutMarks } from './bands.ts';
import { LaneRow } from './lane-row.tsx';
import { lanesOf, nearest, type Placed } from './lanes.ts';
import { ModelBands } from './model-bands.tsx';
import { move, moves } from './move.ts';
import { OccurrenceDetail } from './occurrence-detail.tsx';
import './timeline.css';

interface TimelineProps {
  readonly device: string;
  readonly timeline: TimelineAnswer;
  readonly runs: readonly DeviceRun[];
  readonly classOf: (label: string) => number;
  /** Several that are drawn as one: to where they are apart. */
  readonly onZoom: (at: number) => void;
}

/** As far as a finger may miss, of the width. */
const NEAR = 0.03;

/**
 * What was seen, a lane a label; under it what ran. One stop for the keyboard: arrows go from one
 * to the next.
 */
export function Timeline({ device, timeline, runs, classOf, onZoom }: TimelineProps) {
  const [chosenKey, setChosenKey] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const span = { from: Date.parse(timeline.from), to: Date.parse(timeline.to) };
  const lanes = lanesOf(timeline.intervals, span, classOf);
  const marks = rolloutMarks(runs, span).map(({ at, name }) => ({ at: placeOf(at, span), name }));
  const chosen =
    lanes.flatMap(({ placed }) => placed).find((placed) => keyOf(placed) === chosenKey) ?? null;
  const choose = (placed: Placed | null) => placed && setChosenKey(keyOf(placed));
  const zoom = () => {
    if (chosen && chosen.interval.count > 1) onZoom(Date.parse(chosen.interval.begin));
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter') zoom();
    if (!moves(event.key)) return;
    event.preventDefault();
    choose(move(lanes, chosen, event.key));
  };
  return (
    <div class="device-timeline">
      <div
        ref={list}
        class="device-lanes"
        role="listbox"
        tabIndex={0}
        aria-label="What was seen, over time"
        aria-activedescendant={chosen ? `${id}-${keyOf(chosen)}` : undefined}
        onKeyDown={press}
      >
        {lanes.map((lane) => (
          <LaneRow
            key={lane.label}
            {...{ lane, classOf, marks, id, chosen }}
            keyOf={keyOf}
            onPoint={(at) => choose(nearest(lane.placed, at, NEAR))}
            onPress={zoom}
          />
        ))}
      </div>
      <ModelBands slots={bandsOf(runs, span, now.value)} marks={marks} />
      <div class="device-lane device-axis" aria-hidden="true">
        <span />
        <div class="device-track">
          {ticksOf(span, 7).map(({ at, label }) => (
            <span key={at} class="caption" style={{ left: `${100 * placeOf(at, span)}%` }}>
              {label}
            </span>
          ))}
        </div>
      </div>
      <OccurrenceDetail
        device={device}
        interval={chosen?.interval ?? null}
        classOf={classOf}
        onZoom={zoom}
      />
    </div>
  );
}

/** The same one after it was read again, also when it has ended meanwhile. */
const keyOf = ({ interval: { label, begin } }: Placed) =>
  `${label}-${Date.parse(begin)}`.replace(/\s/g, '_');

const placeOf = (at: number, { from, to }: { from: number; to: number }) =>
  (at - from) / (to - from);

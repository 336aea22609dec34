import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { plural } from '../../ui/format.ts';
import { countsInWords, DEVICE_STATES, LANE_WORDS, totalOf } from '../words/device-states.ts';
import { layoutDots } from './dot-layout.ts';
import './dots-of-wave.css';
import { useWaveNames } from './use-wave-names.ts';

interface DotsOfWaveProps {
  readonly rollout: string;
  readonly wave: number;
  readonly counts: Readonly<Record<string, number>>;
}

const FIRST_WIDTH = 240;

/** The devices of a wave, each a dot in the lane of its state, to which it moves. */
export function DotsOfWave({ rollout, wave, counts }: DotsOfWaveProps) {
  const names = useWaveNames(rollout, wave, counts);
  const [box, width] = useWidth();
  const { dots, lanes, height, each } = layoutDots({ counts, names, width });
  if (totalOf(counts) === 0) return <p class="caption">No device is in this wave.</p>;
  return (
    <>
      <div
        ref={box}
        class="rollouts-dots"
        style={{ height }}
        role="img"
        aria-label={`Wave ${wave + 1}: ${countsInWords(counts)}`}
      >
        {lanes.map(({ lane, devices, y }) => (
          <span
            key={lane}
            class="rollouts-lane caption"
            style={{ transform: `translateY(${y}px)` }}
          >
            <span>{LANE_WORDS[lane]}</span>
            <span>{devices}</span>
          </span>
        ))}
        {dots.map(({ key, state, x, y }) => (
          <span
            key={key}
            class={`rollouts-dot rollouts-dot-${state}`}
            style={{ transform: `translate(${x}px, ${y}px)` }}
            title={
              each === 1 && names
                ? `${key}: ${DEVICE_STATES[state].word}`
                : DEVICE_STATES[state].word
            }
          />
        ))}
      </div>
      {each > 1 && <p class="caption">A dot is up to {plural(each, 'device')}.</p>}
    </>
  );
}

function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(FIRST_WIDTH);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [box, width] as const;
}

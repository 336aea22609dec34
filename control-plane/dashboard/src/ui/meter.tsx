import './meter.css';

interface MeterProps {
  readonly label: string;
  /** Null: not measured yet. */
  readonly value: number | null;
  /** As it is read: "2.1 %". */
  readonly text: string;
  /** Where the bar ends. */
  readonly max: number;
  readonly min?: number;
  /** A line across the bar, with its words: "at most 5 %". */
  readonly limit?: { readonly value: number; readonly text: string };
  readonly kind?: 'plain' | 'good' | 'warn' | 'bad';
  /** Such as "14 of 20 reports, 3 min left". */
  readonly note?: string;
}

/** A figure with its limit beside it, as one small bar. */
export function Meter({
  label,
  value,
  text,
  max,
  min = 0,
  limit,
  kind = 'plain',
  note,
}: MeterProps) {
  const place = (at: number) => `${100 * Math.min(1, Math.max(0, (at - min) / (max - min || 1)))}%`;
  return (
    <div class={`meter meter-${kind}`}>
      <div class="meter-words">
        <span>{label}</span>
        <span>
          <span class="strong">{text}</span>
          {limit && <span class="caption"> {limit.text}</span>}
        </span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> has no line for a limit. */}
      <div
        class="meter-bar"
        role="meter"
        aria-label={label}
        aria-valuemin={min}
        aria-valuemax={max}
        aria-valuenow={value ?? min}
        aria-valuetext={`${text}${limit ? `, ${limit.text}` : ''}`}
      >
        {value !== null && <span class="meter-value" style={{ width: place(value) }} />}
        {limit && <span class="meter-limit" style={{ left: place(limit.value) }} />}
      </div>
      {note && <p class="caption">{note}</p>}
    </div>
  );
}

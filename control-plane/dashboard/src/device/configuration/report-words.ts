import type { DeviceConfiguration } from '../../../../src/resources/configuration.ts';
import type { StateKind } from '../../ui/state.tsx';

export interface ReportWords {
  readonly kind: StateKind;
  readonly text: string;
  /** Why, where it did not come to hold. */
  readonly reason: string | null;
}

type Report = NonNullable<DeviceConfiguration['reported']>;

const STATES: Readonly<
  Record<Report['state'], { readonly kind: StateKind; readonly text: string }>
> = {
  trying: { kind: 'active', text: 'it tries it, and takes it back if it loses us' },
  applied: { kind: 'good', text: 'it runs with it' },
  refused: { kind: 'bad', text: 'it refused it, and runs as before' },
  reverted: { kind: 'bad', text: 'it took it back, and runs as before' },
};

/** How what should hold and what the device says of it go together. */
export function reportWords({ assigned, reported }: DeviceConfiguration): ReportWords {
  const wanted = assigned?.version ?? null;
  if (wanted === null) {
    if (reported === null)
      return { kind: 'idle', text: 'it runs with its own agent.yaml', reason: null };
    return {
      kind: 'active',
      text: 'it has not said yet that it went back to its agent.yaml',
      reason: null,
    };
  }
  if (reported?.version !== wanted) {
    return { kind: 'active', text: 'the device has not heard of it yet', reason: null };
  }
  return { ...STATES[reported.state], reason: reported.reason?.message ?? null };
}

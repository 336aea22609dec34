import type { RolloutPreview } from '../../../../src/resources/rollout.ts';
import { path } from '../../api/path.ts';
import { plural } from '../../ui/format.ts';
import { State, type StateKind } from '../../ui/state.tsx';
import './preview-panel.css';
import { type Remark, remarksOn } from './preview-words.ts';

const KINDS: Readonly<Record<Remark['kind'], StateKind>> = {
  stops: 'bad',
  warns: 'bad',
  waits: 'warn',
  note: 'idle',
};
const WORDS: Readonly<Record<Remark['kind'], string>> = {
  stops: 'Can not begin',
  warns: 'Refused by the gate',
  waits: 'Waits',
  note: 'Note',
};
const NAMED = 100;

interface PreviewPanelProps {
  readonly preview: RolloutPreview;
  /** Whether it starts by itself when nothing keeps it any more. */
  readonly waits: boolean;
}

/** Who would be hit, wave by wave, and what stands in the way. */
export function PreviewPanel({ preview, waits }: PreviewPanelProps) {
  const { waves, target, conflicts } = preview;
  const remarks = remarksOn(preview, waits);
  const most = Math.max(1, ...waves.map(({ devices }) => devices));
  return (
    <div class="rollouts-preview">
      <p>
        <span class="strong">{plural(target, 'device')}</span> {target === 1 ? 'fits' : 'fit'} the
        target now.
      </p>
      {remarks.length > 0 && (
        <ul class="rollouts-remarks">
          {remarks.map(({ kind, text }) => (
            <li key={text}>
              <State kind={KINDS[kind]}>{WORDS[kind]}</State>
              <span>{text}</span>
            </li>
          ))}
        </ul>
      )}
      <ol class="rollouts-hits">
        {waves.map(({ wave, devices, offline, already, names }) => (
          <li key={wave}>
            <div class="rollouts-hit">
              <span>Wave {wave + 1}</span>
              <span class="rollouts-hit-bar" aria-hidden="true">
                <span style={{ width: `${(100 * devices) / most}%` }} />
              </span>
              <span class="strong">{plural(devices, 'device')}</span>
            </div>
            <details>
              <summary class="caption">
                {offline} offline, {already} {already === 1 ? 'runs' : 'run'} it already
              </summary>
              <p class="caption rollouts-names">
                {names.slice(0, NAMED).join(', ')}
                {devices > NAMED && ` and ${devices - Math.min(NAMED, names.length)} more`}
              </p>
            </details>
          </li>
        ))}
      </ol>
      {conflicts.map(({ rollout, name }) => (
        // Beside what somebody is writing: the plan is not lost by a look.
        <a key={rollout} href={path`/rollouts/${rollout}`} target="_blank" rel="noopener">
          Look at “{name}” in a new tab
        </a>
      ))}
    </div>
  );
}

import { useState } from 'preact/hooks';
import type {
  ConfigurationView,
  DeviceConfiguration,
} from '../../../../src/resources/configuration.ts';
import { path } from '../../api/path.ts';
import { useResource } from '../../api/use-resource.ts';
import { may } from '../../session/session-state.ts';
import { Ago } from '../../ui/ago.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Section } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { AssignConfiguration } from './assign-configuration.tsx';
import './configuration-section.css';
import { reportWords } from './report-words.ts';
import { useVersion } from './use-version.ts';

/** The device says within a minute what became of it, in ms. */
const EVERY = 10_000;

/** Which configuration should hold, what it sets, and what the device made of it. */
export function ConfigurationSection({ device }: { device: string }) {
  const held = useResource<DeviceConfiguration>(path`/api/devices/${device}/configuration`, {
    every: EVERY,
  });
  const all = useResource<{ readonly configurations: readonly ConfigurationView[] }>(
    '/api/configurations',
  );
  const [changing, setChanging] = useState(false);
  const configurations = all.value?.configurations;
  const assigned = held.value?.assigned ?? null;
  const version = useVersion(configurations, assigned?.version ?? null, all.reload);
  const change = () => {
    // Others make versions, too.
    all.reload();
    setChanging(true);
  };
  return (
    <Section
      title="Configuration"
      actions={
        held.value && configurations && may('operator') && <Button onClick={change}>Change</Button>
      }
    >
      {held.problem && !held.value && (
        <ErrorNote
          what="The configuration was not read."
          error={held.problem}
          retry={held.reload}
        />
      )}
      {held.value && (
        <>
          <p>
            {assigned?.version ? (
              <>
                <span class="strong">{version?.configuration ?? 'Version'}</span> {assigned.version}
              </>
            ) : (
              <span class="strong">Its own agent.yaml alone</span>
            )}
            {assigned && (
              <span class="caption">
                {' '}
                said by {assigned.source}, <Ago at={assigned.assignedAt} />
              </span>
            )}
          </p>
          <Report configuration={held.value} />
          {version && (
            <>
              {version.note !== '' && <p>{version.note}</p>}
              <section
                class="device-settings"
                // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard, too.
                tabIndex={0}
                aria-label="What it sets over agent.yaml"
              >
                <pre>{JSON.stringify(version.settings, null, 2)}</pre>
              </section>
            </>
          )}
        </>
      )}
      {changing && held.value && configurations && (
        <AssignConfiguration
          {...{ device, configurations, etag: held.etag, current: assigned?.version ?? null }}
          onDone={held.reload}
          onReload={held.reload}
          onClose={() => setChanging(false)}
        />
      )}
    </Section>
  );
}

function Report({ configuration }: { configuration: DeviceConfiguration }) {
  const { kind, text, reason } = reportWords(configuration);
  return (
    <div>
      <State kind={kind}>{text}</State>
      {reason && <p class="device-reason">{reason}</p>}
    </div>
  );
}

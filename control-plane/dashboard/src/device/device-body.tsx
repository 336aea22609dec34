import { useLocation, useSearch } from 'wouter-preact';
import type { DeviceView } from '../../../src/resources/device.ts';
import { judgedAt } from '../fleet/rows/connectivity.ts';
import { may } from '../session/session-state.ts';
import { now } from '../ui/clock.ts';
import { Section } from '../ui/page.tsx';
import { State } from '../ui/state.tsx';
import { attentionOf } from './attention.ts';
import { useClasses } from './classes.ts';
import { ConfigurationSection } from './configuration/configuration-section.tsx';
import './device-page.css';
import { History } from './history.tsx';
import { LogSection } from './log/log-section.tsx';
import { CameraNow } from './now/camera-now.tsx';
import { Facts } from './now/facts.tsx';
import { Frame } from './now/frame.tsx';
import { RegistrationSection } from './registration/registration-section.tsx';
import { useClockAhead } from './use-clock-ahead.ts';
import { useHistory } from './use-history.ts';

/** Of a device that is known. */
export function DeviceBody({ device: view }: { device: DeviceView }) {
  const { device, state, cameras: states, reported, silentAfterMillis } = view;
  const operates = may('operator');
  const ahead = useClockAhead(view.now);
  const clock = { now: judgedAt(now.value + ahead, view.now), silentAfterMillis };
  const cameras = [...new Set([...Object.keys(reported?.cameras ?? {}), ...Object.keys(states)])];
  const { camera, choose } = useCamera(cameras);
  // What it saw before is not what it sees.
  const known = reported?.agentFile?.safeMode ? null : (states[camera] ?? null);
  const past = useHistory(device, camera, reported?.cameras[camera]?.mode === 'frame');
  const seen = (past.timeline?.intervals ?? []).map(({ label }) => label);
  const classOf = useClasses(known?.model ?? null, known?.label ? [...seen, known.label] : seen);
  return (
    <>
      <ul class="device-attention" aria-label="What needs attention">
        {attentionOf(view, clock).map(({ kind, text }) => (
          <li key={text} class={`device-attention-${kind}`}>
            <State kind={kind}>{''}</State>
            <span>{text}</span>
          </li>
        ))}
      </ul>
      <div class="device-top">
        <section class="section" aria-label="What it sees">
          <Frame
            key={camera}
            online={state === 'online'}
            {...{ device: view, cameras, camera }}
            onCamera={choose}
          />
        </section>
        <Section title="Now">
          <CameraNow camera={camera} state={known} classOf={classOf} />
          <Facts {...{ device: view, camera, clock, ahead }} />
          {!operates && (
            <p class="caption">A live preview, its log, and any change need the role operator.</p>
          )}
        </Section>
      </div>
      <History {...{ device, camera, past, classOf }} />
      <div class="device-pair">
        <ConfigurationSection device={device} />
        <RegistrationSection device={device} />
      </div>
      {operates && <LogSection device={device} />}
    </>
  );
}

/** Which camera is looked at stands in the address; the first, where it does not. */
function useCamera(cameras: readonly string[]) {
  const search = useSearch();
  const [location, navigate] = useLocation();
  const query = new URLSearchParams(search);
  const asked = query.get('camera');
  const choose = (camera: string) => {
    query.set('camera', camera);
    navigate(`${location}?${query}`, { replace: true });
  };
  const first = cameras[0] ?? 'cam0';
  return { camera: asked !== null && cameras.includes(asked) ? asked : first, choose };
}

import { type Finding, ok, problem } from '@edgeloop/findings';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { withCredential } from '../enrol/with-credential.ts';
import { askRunningAgent, type RunningAgent } from './ask-running-agent.ts';
import { checkBroker } from './check-broker.ts';
import { checkCameras } from './check-cameras.ts';
import { checkDisk } from './check-disk.ts';
import { checkModels } from './check-models.ts';
import { checkServer } from './check-server.ts';
import { checkTrust } from './check-trust.ts';

/** Everything that a device needs, in the order in which one would look. */
export async function examineDevice(path: string, now: () => number): Promise<readonly Finding[]> {
  let config: Config;
  try {
    config = await loadConfig(path);
  } catch (error) {
    const { message } = error as Error;
    return [
      problem('configuration', message, `Mend ${path}; edgeloop-agent check-config tells more`),
    ];
  }
  const findings: Finding[] = [ok('configuration', `${path} has no mistakes`)];
  const enrolled = asEnrolled(config);
  findings.push(enrolled.finding);
  const agent = await askRunningAgent(config.state);
  // In parallel: each waits for something else.
  const groups = await Promise.all([
    checkDisk(config),
    checkTrust(config, now()),
    checkModels(config),
    checkCameras(config, agent),
    checkBroker(enrolled.config, agent, now),
    checkServer(enrolled.config, now),
  ]);
  return [...findings, ...groups.flat(), ...checkHttp(agent)];
}

/** What the agent that runs says of its port; nothing where it listens. */
function checkHttp(agent: RunningAgent): Finding[] {
  const http = agent.kind === 'told' ? agent.status.http : null;
  const mend = 'http.port in agent.yaml; the agent goes on trying, and its cameras run meanwhile';
  return http ? [problem('http', http, mend)] : [];
}

function asEnrolled(config: Config): { readonly config: Config; readonly finding: Finding } {
  try {
    const enrolled = withCredential(config);
    const { credential, password } = enrolled.broker;
    const has = password !== undefined || credential?.() != null;
    const what = has ? 'the device has one' : 'the device has none: it connects without';
    return { config: enrolled, finding: ok('credential', what) };
  } catch (error) {
    const mend =
      'sudo edgeloop-agent enrol <url> <token>; Setup in the dashboard, or edgeloop enrolment-tokens create, makes the whole command';
    return { config, finding: problem('credential', (error as Error).message, mend) };
  }
}

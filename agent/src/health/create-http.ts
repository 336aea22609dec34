import { firstAddressOf } from '@edgeloop/broker-connection';
import type { Health } from '@edgeloop/protocol';
import type { Config, HttpConfig } from '../config/config.ts';
import { createPage } from '../local-page/create-page.ts';
import type { LiveView } from '../local-page/live-view.ts';
import { type PageState, pageHealth, pageModels } from '../local-page/page-state.ts';
import type { Outlets } from '../outlets.ts';
import type { CameraPipeline } from '../pipeline/camera-pipeline.ts';
import { mistakeLines } from '../safe-mode/report-file.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Models } from '../update/models.ts';
import { HttpServer } from './http-server.ts';
import { metricsText } from './metrics-text.ts';
import { findProblems } from './problems.ts';
import type { RecentFigures } from './recent-figures.ts';

/** What is asked for health and metrics, and for the page. */
export interface HttpParts extends Outlets {
  readonly health: () => Health;
  readonly pipelines: readonly CameraPipeline[];
  readonly models: Models;
  readonly figures: RecentFigures;
  readonly view: LiveView;
}

/** `/healthz`, `/metrics` and the local page of the agent. */
export function createHttp(
  config: Config & { readonly http: HttpConfig },
  asked: HttpParts,
  surroundings: Surroundings,
): HttpServer {
  const { health, pipelines, models, uplink } = asked;
  const { clock, version } = surroundings;
  const connected = () => uplink.connected;
  const updates = () => models.updates;
  const problems = () => problemsOf(asked, surroundings);
  return new HttpServer({
    ...config.http,
    problems,
    details: () => ({
      version,
      broker: uplink.connected ? 'connected' : 'disconnected',
      finished: pipelines.every(({ progress }) => progress.finished),
      updates: models.updates,
      ...health(),
    }),
    metrics: metricsText({ health, connected, updates, safeMode: false }),
    names: config.page?.names ?? [],
    page: createPage(config.page, {
      state: () => pageState(config, asked, surroundings, problems()),
      view: asked.view,
      monotonic: clock.monotonic,
    }),
  });
}

function problemsOf(
  { pipelines, outbox, uplink, sampling, pictures, models }: HttpParts,
  { clock, agentFile }: Surroundings,
): readonly string[] {
  const progress = pipelines.map((pipeline) => pipeline.progress);
  const file = agentFile();
  return [
    ...findProblems(progress, outbox.failing, clock.monotonic()),
    ...(uplink.problem ? [uplink.problem] : []),
    ...(uplink.unheard ? [uplink.unheard] : []),
    ...(sampling?.problems ?? []),
    ...(pictures?.problems ?? []),
    ...models.problems,
    ...(file ? mistakeLines(file) : []),
  ];
}

function pageState(
  { site, device, broker, cameras }: Config,
  { health, pipelines, models, uplink, figures, view }: HttpParts,
  { clock, version, agentFile }: Surroundings,
  problems: readonly string[],
): PageState {
  const now = health();
  const lately = figures.at(clock.monotonic());
  return {
    site,
    device,
    version,
    problems,
    now: clock.now(),
    agentFile: agentFile(),
    broker: { host: new URL(firstAddressOf(broker.url)).host, connected: uplink.connected },
    cameras: pipelines.map(({ progress: { id, finished, resting } }) => {
      const { current } = models.live.get(cameras.get(id)!.slot)!;
      return {
        id,
        state: view.stateOf(id),
        finished,
        resting,
        classes: current.loaded.classes,
        framesPerSecond: lately[id]?.framesPerSecond ?? 0,
        inferenceMillis: lately[id]?.inferenceMillis ?? null,
        fault: now.cameras[id]?.fault ?? null,
      };
    }),
    models: pageModels({ slots: models.reported }),
    health: pageHealth(now),
  };
}

import { type Finding, ok, problem, warning } from '@edgeloop/findings';
import type { ApiClient } from '../../client/api-client.ts';
import { size } from '../../output/cell.ts';

/** As the control plane's own `--samples-mark`: below, pictures and models are refused. */
const LOW = 2 * 2 ** 30;
const ROOM = 'Make room on its disk, or bound what is kept: --retain-age, --retain-bytes';

/** What the metrics say of disk and broker. */
export async function checkFigures(api: ApiClient): Promise<readonly Finding[]> {
  const text = await (await api.ask('GET /metrics')).text();
  const free = figure(text, 'edgeloop_control_plane_free_bytes');
  const connected = figure(text, 'edgeloop_control_plane_broker_connected');
  return [
    ...(free === null ? [] : [diskFinding(free)]),
    ...(connected === null
      ? []
      : [
          connected === 1
            ? ok('broker', 'the control plane is connected to it')
            : problem(
                'broker',
                'the control plane is not connected to it: detections wait on devices',
                "Look at the broker and at the control plane's log",
              ),
        ]),
  ];
}

function diskFinding(free: number): Finding {
  const shown = size(free) as { readonly short: string };
  const what = `${shown.short} are free on the disk of the control plane`;
  return free < LOW ? warning('disk', what, ROOM) : ok('disk', what);
}

/** Of Prometheus' text format: a figure without labels. */
function figure(text: string, name: string): number | null {
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? null : Number(line.slice(name.length + 1));
}

import t from 'tap';
import * as metrics from '../../../agent/src/health/metrics.ts';
import { metricsText } from '../../../agent/src/health/metrics-text.ts';
import { health } from '../../control-plane/stand/health.ts';

t.test(
  'what writes the metrics is loaded once, when it is asked for, and again where that failed',
  async (t) => {
    let loads = 0;
    const of = {
      health: () => health(),
      connected: () => true,
      updates: () => ({}),
      safeMode: false,
    };
    const text = metricsText(of, async () => {
      loads += 1;
      if (loads === 1) throw new Error('EIO');
      return metrics;
    });
    t.equal(loads, 0);
    await t.rejects(text(), { message: 'EIO' });
    t.match(await text(), /^edgeloop_agent_broker_connected 1$/m);
    t.match(await text(), /^edgeloop_agent_broker_connected 1$/m);
    t.equal(loads, 2);
  },
);

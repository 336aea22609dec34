import t from 'tap';
import { matchesEvent } from '../../../control-plane/src/events/match-event.ts';

const job = { kind: 'job.changed', subject: { job: '7', task: 'parts' } } as const;
const detection = { kind: 'detection.stored', subject: { site: 'hall', device: 'pi-1' } } as const;

for (const [name, kinds, subject, event, expected] of [
  ['everything', [], {}, job, true],
  ['everything but detections, of which there are many', [], {}, detection, false],
  ['a kind', ['job.changed'], {}, job, true],
  ['another kind', ['job.progress'], {}, job, false],
  ['a noun', ['job.*'], {}, job, true],
  ['the beginning of a noun is none', ['jo.*'], {}, job, false],
  ['one of several', ['device.*', 'detection.stored'], {}, detection, true],
  ['about a device', ['detection.*'], { device: 'pi-1' }, detection, true],
  ['about another', ['detection.*'], { device: 'pi-2' }, detection, false],
  ['about something that the event is not about', [], { device: 'pi-1' }, job, false],
  ['about nothing in particular', [], { device: undefined }, job, true],
] as const) {
  t.test(name, async (t) => {
    t.equal(matchesEvent({ kinds, subject }, event), expected);
  });
}

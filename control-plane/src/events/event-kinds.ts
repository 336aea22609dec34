/** Every kind of event, and what it tells: `<noun>.<what happened>`. */
export const EVENT_KINDS = {
  'detection.stored': 'a detection was stored; data: the detection',
  'device.enrolled': 'a device got its credential; data: enrolledWith, the id of its token',
  'device.revoked': 'its credential is worth nothing from now on',
  'device.online': 'it connected',
  'device.offline': 'it ended its connection, or lost it',
  'device.decommissioned': 'a device was removed',
  'device.silent': 'nothing was heard of it for a while; data: lastSeenAt',
  'device.back': 'a silent device said something again',
  'device.drifted': 'its scores are far from those of its first days; data: how far',
  'picture.changed': "a camera's last frame is another; data: capturedAt",
  'occurrence.pictured': 'a thumbnail of an occurrence arrived',
  'command.acknowledged': 'a device answered a command; data: the command',
  'command.expired': 'no answer to a command came in time; data: the command',
  'sample.stored': 'a picture worth a label arrived',
  'task.changed': 'a task was made, or got a class; data: its classes in their order',
  'label.changed': 'a person labelled a sample, or took it back',
  'dataset.created': 'a dataset version was frozen',
  'job.changed': 'a training job moved on; data: the job, as in the list of jobs',
  'job.progress': 'a training job tells how far it is; data: the job, as in the list',
  'model.registered': 'a model version passed its checks',
  'model.refused': 'a model version did not; data: reason',
  'model.removed': 'a model version was taken out of the registry',
  'alias.changed': 'an alias such as champion names another version',
  'candidate.created': 'a trained model passed the gate',
  'candidate.refused': 'a trained model did not; data: reasons',
  'rollout.created': 'a rollout was planned; data: its name and state',
  'rollout.changed': 'a rollout came into another state or wave; data: which, and why',
  'rollout.decided': 'something was decided; data: what, by whom, and the figures it follows from',
  'rollout.progress': 'devices of a rollout moved on; data: how many are where, by wave',
  'clock.changed': 'the clock can no longer be believed, or can again; data: what it says, and why',
  'disk.changed': 'the disk fills, or has room again; data: what is refused',
} as const;

export type EventKind = keyof typeof EVENT_KINDS;

/** So many that they are told only to who asks for them by name. */
const MANY: ReadonlySet<EventKind> = new Set([
  'detection.stored',
  'picture.changed',
  'occurrence.pictured',
]);
export const isOneOfMany = (kind: EventKind): boolean => MANY.has(kind);

/** Nobody who was away a moment misses them: what they speak of is read again as it is then. */
const FLEETING: ReadonlySet<EventKind> = new Set(['picture.changed', 'occurrence.pictured']);
export const isFleeting = (kind: EventKind): boolean => FLEETING.has(kind);

/** Every kind of event, and what it tells: `<noun>.<what happened>`. */
export const EVENT_KINDS = {
  'detection.stored': 'a detection was stored; data: the detection',
  'device.enrolled': 'a device got its credential',
  'device.revoked': 'its credential is worth nothing from now on',
  'device.online': 'it connected',
  'device.offline': 'it ended its connection, or lost it',
  'device.decommissioned': 'a device was removed',
  'device.silent': 'nothing was heard of it for a while; data: lastSeenAt',
  'device.back': 'a silent device said something again',
  'device.drifted': 'its scores are far from those of its first days; data: how far',
  'sample.stored': 'a picture worth a label arrived',
  'label.changed': 'a person labelled a sample, or took it back',
  'dataset.created': 'a dataset version was frozen',
  'job.changed': 'a training job moved on; data: the job',
  'job.progress': 'a training job tells how far it is',
  'model.registered': 'a model version passed its checks',
  'model.refused': 'a model version did not; data: reason',
  'model.removed': 'a model version was taken out of the registry',
  'alias.changed': 'an alias such as champion names another version',
  'candidate.created': 'a trained model passed the gate',
  'candidate.refused': 'a trained model did not; data: reasons',
  'disk.changed': 'the disk fills, or has room again; data: what is refused',
} as const;

export type EventKind = keyof typeof EVENT_KINDS;

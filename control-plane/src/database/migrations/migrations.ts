import { DETECTIONS } from './0001-detections.ts';
import { ACCESS } from './0002-access.ts';
import { DEVICES } from './0003-devices.ts';
import { REGISTRY } from './0004-registry.ts';
import { SAMPLES } from './0005-samples.ts';
import { JOBS } from './0006-jobs.ts';
import { WEBHOOKS } from './0007-webhooks.ts';
import { ROLLOUTS } from './0008-rollouts.ts';
import { MEASURES } from './0009-measures.ts';
import { EMBEDDINGS } from './0010-embeddings.ts';
import { CONFIGURATIONS } from './0011-configurations.ts';
import { PEOPLE } from './0012-people.ts';
import { HEALTH_HISTORY } from './0013-health-history.ts';
import { FLEET } from './0014-fleet.ts';
import { PICTURES_AND_COMMANDS } from './0015-pictures-commands.ts';
import { COUNTS } from './0016-counts.ts';
import { MODEL_REPORTS } from './0017-model-reports.ts';
import { SESSION_LINKS } from './0018-session-links.ts';
import { PICTURE_HOLDINGS } from './0019-picture-holdings.ts';
import { RETENTION_SETTINGS } from './0020-retention-settings.ts';
import { TROUBLES } from './0021-troubles.ts';
import { LEASES } from './0022-leases.ts';
import { TRUSTED_TIME } from './0023-trusted-time.ts';
import { DETECTION_IDS } from './0024-detection-ids.ts';
import { LAST_SAID } from './0025-last-said.ts';
import { ORDER_OF_SAYING } from './0026-order-of-saying.ts';
import { LAST_TRY } from './0027-last-try.ts';
import { TAKEN_BACK } from './0028-taken-back.ts';
import { ORDER_OF_TELLING } from './0029-order-of-telling.ts';
import { IMPORTED_LABELS } from './0030-imported-labels.ts';

/**
 * Each step once, in order; `user_version` counts them. A step that was released is never changed.
 */
export const MIGRATIONS: readonly string[] = [
  DETECTIONS,
  ACCESS,
  DEVICES,
  REGISTRY,
  SAMPLES,
  JOBS,
  WEBHOOKS,
  ROLLOUTS,
  MEASURES,
  EMBEDDINGS,
  CONFIGURATIONS,
  PEOPLE,
  HEALTH_HISTORY,
  FLEET,
  PICTURES_AND_COMMANDS,
  COUNTS,
  MODEL_REPORTS,
  SESSION_LINKS,
  PICTURE_HOLDINGS,
  RETENTION_SETTINGS,
  TROUBLES,
  LEASES,
  TRUSTED_TIME,
  DETECTION_IDS,
  LAST_SAID,
  ORDER_OF_SAYING,
  LAST_TRY,
  TAKEN_BACK,
  ORDER_OF_TELLING,
  IMPORTED_LABELS,
];

import { EdgeloopError } from '@edgeloop/protocol/errors';

interface ErrorRow {
  /** What the process ends with: 60–69 and 100–109 are this package's. */
  readonly exit: number;
  /** What the API answers with. */
  readonly http: number;
  /** The same for each of its kind, for a person. */
  readonly title: string;
}

/**
 * A request that can't be fulfilled never ends the control plane; a command that made it ends with
 * one of these.
 */
const REFUSED = 69;
const CONFLICT = 102;
const AWAY = 103;

/** Every code of the control plane, in its order of exit statuses, then of HTTP's. */
export const ERRORS = {
  DATA_UNUSABLE: { exit: 60, http: 500, title: 'The data folder can not be used' },
  DATA_IN_USE: { exit: 61, http: 500, title: 'Another control plane uses the data folder' },
  DATA_NEWER: { exit: 62, http: 500, title: 'A newer version wrote the data' },
  HTTP_UNAVAILABLE: { exit: 63, http: 500, title: 'The port of the API is taken' },
  MQTT_UNAVAILABLE: { exit: 64, http: 500, title: 'The port of the broker is taken' },
  DATA_OLDER: { exit: 108, http: 500, title: 'An older version wrote the data' },
  OPTION_INVALID: { exit: 65, http: 400, title: 'An option is wrong' },
  STORE_FAILED: { exit: 66, http: 503, title: 'The store failed' },
  DATA_DAMAGED: { exit: 109, http: 503, title: 'The database is damaged' },
  REQUEST_INVALID: { exit: 67, http: 400, title: 'The request is wrong' },
  NOT_FOUND: { exit: 68, http: 404, title: 'Not found' },
  METHOD_NOT_ALLOWED: { exit: REFUSED, http: 405, title: 'The path has no such method' },
  UNAUTHENTICATED: { exit: 100, http: 401, title: 'Nobody known asks' },
  FORBIDDEN: { exit: 101, http: 403, title: 'Not allowed for this role' },
  FORGERY_SUSPECTED: { exit: REFUSED, http: 403, title: 'Another site may have made the request' },
  CONFLICT: { exit: CONFLICT, http: 409, title: 'In conflict with what is there' },
  PRECONDITION_FAILED: { exit: CONFLICT, http: 412, title: 'Changed in the meantime' },
  IDEMPOTENCY_KEY_REUSED: {
    exit: REFUSED,
    http: 422,
    title: 'The key was used for another request',
  },
  DISK_FULL: { exit: REFUSED, http: 507, title: 'The disk is nearly full' },
  BROKER_AWAY: { exit: AWAY, http: 503, title: 'The broker is away' },
  TOO_BUSY: { exit: AWAY, http: 503, title: 'Too many at once' },
  SERVER_UNREACHABLE: { exit: AWAY, http: 502, title: 'The server does not answer' },
  REQUEST_REFUSED: { exit: REFUSED, http: 502, title: 'The server refused' },
  MODEL_REFUSED: { exit: REFUSED, http: 422, title: 'The model was refused' },
  MODEL_INCOMPLETE: { exit: CONFLICT, http: 409, title: 'Files of the model are missing' },
  MANIFEST_REFUSED: { exit: REFUSED, http: 422, title: 'The manifest is refused' },
  SIGNATURE_REFUSED: { exit: REFUSED, http: 422, title: 'The signature is refused' },
  UPLOAD_BROKEN_OFF: { exit: REFUSED, http: 400, title: 'The upload broke off' },
  UPLOAD_OFFSET_WRONG: { exit: CONFLICT, http: 409, title: 'The upload stands elsewhere' },
  UPLOAD_TOO_LARGE: { exit: REFUSED, http: 413, title: 'More bytes than are taken' },
  RANGE_UNSATISFIABLE: { exit: REFUSED, http: 416, title: 'The range is outside of the content' },
  DIGEST_MISMATCH: { exit: REFUSED, http: 422, title: 'Other content than its digest says' },
  UPLOADS_TOO_MANY: { exit: REFUSED, http: 429, title: 'Too many uploads under way' },
  STORAGE_FULL: { exit: REFUSED, http: 507, title: 'No room for more' },
  PICTURE_UNREADABLE: { exit: REFUSED, http: 422, title: 'Not a picture' },
  TOO_MANY_PICTURES: { exit: REFUSED, http: 429, title: 'Pictures come too fast' },
  CLASS_UNKNOWN: { exit: REFUSED, http: 422, title: 'Not a class of the task' },
  PREDICTIONS_UNREADABLE: {
    exit: REFUSED,
    http: 422,
    title: 'The predictions can not be read',
  },
  IMPORT_INVALID: { exit: REFUSED, http: 422, title: 'The import can not be read' },
  ZIP_UNSAFE: { exit: REFUSED, http: 422, title: 'The zip is not safe to unpack' },
  DATASET_TOO_SMALL: { exit: CONFLICT, http: 409, title: 'Too few labelled samples' },
  JOB_ACTIVE: { exit: CONFLICT, http: 409, title: 'A job of the same task and dataset is active' },
  JOB_ENDED: { exit: CONFLICT, http: 409, title: 'The job is not in a state for that' },
  JOBS_TOO_MANY: { exit: REFUSED, http: 429, title: 'Too many jobs wait' },
  FENCED: { exit: CONFLICT, http: 409, title: 'Another process ingests' },
  ROSTER_CHANGED: { exit: CONFLICT, http: 409, title: 'An account changed meanwhile' },
  LEASE_LOST: { exit: CONFLICT, http: 409, title: 'The job is under another lease, or over' },
  ROLLOUT_EMPTY: { exit: CONFLICT, http: 409, title: 'The rollout has no device to begin with' },
  ROLLOUT_CONFLICT: { exit: CONFLICT, http: 409, title: 'Another rollout has some of the devices' },
  ROLLOUT_ELSEWHERE: {
    exit: CONFLICT,
    http: 409,
    title: 'The rollout is not in a state for that',
  },
  ASSIGNMENT_KEY_MISSING: {
    exit: CONFLICT,
    http: 409,
    title: 'No key to sign assignments with',
  },
  CONFIGURATION_REFUSED: { exit: REFUSED, http: 422, title: 'The configuration is refused' },
  TOO_MANY_ATTEMPTS: { exit: REFUSED, http: 429, title: 'Too many failed attempts' },
  // Of the command line alone.
  DECLINED: { exit: 104, http: 500, title: 'The person said no' },
  ENDED_BADLY: { exit: 105, http: 500, title: 'What was watched did not go well' },
  WAITS_FOR_PERSON: { exit: 106, http: 500, title: 'What was watched waits for a person' },
  UNWELL: { exit: 107, http: 500, title: 'Something is wrong' },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

export class ControlPlaneError extends EdgeloopError<ErrorCode> {
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(code, ERRORS[code].exit, message, options);
  }
}

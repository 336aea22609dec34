export { asyncApiDocument } from './asyncapi.ts';
export { type Backoff, backoffDelay, doubledDelay, RECONNECT } from './backoff.ts';
export {
  CHANGEABLE_KEYS,
  findUnchangeable,
  MAX_SETTINGS_BYTES,
} from './configuration/changeable.ts';
export { didYouMean } from './did-you-mean.ts';
export { decodeEmbedding, encodeEmbedding } from './embedding.ts';
export { EdgeloopError, ProtocolError } from './errors.ts';
export {
  DEFAULT_HOME_ASSISTANT_PREFIX,
  discoveryTopic,
  HOME_ASSISTANT_PREFIX,
  homeAssistantStatusTopic,
} from './home-assistant/home-assistant-topics.ts';
export { Ids } from './id-schemas.ts';
export {
  type BootId,
  type BurstId,
  type CameraId,
  type CommandId,
  type CommandName,
  type DeviceId,
  type JobId,
  type LeaseId,
  type OccurrenceId,
  parseId,
  type ServedModel,
  type Sha256,
  type SiteId,
  type SlotId,
  type StreamId,
  type TaskId,
  type Timestamp,
  timestamp,
} from './ids.ts';
export { INFERENCE_BUCKETS_MS } from './inference-buckets.ts';
export {
  CheckpointFile,
  JobCheckpoint,
  JobInit,
  JobOffer,
  parseJobOffer,
} from './jobs/job-offer.ts';
export { JobRecipe, RECIPE_DEFAULTS, recipeMistake } from './jobs/job-recipe.ts';
export {
  Heartbeat,
  HeartbeatAnswer,
  JobOutcome,
  LeaseRequest,
  LOG_LINE_LENGTH,
  LOG_LINES,
} from './jobs/job-report.ts';
export { JobProgress, TrainedEpoch } from './jobs/progress.ts';
export { lacking, Requirements } from './jobs/requirements.ts';
export { CameraLook } from './look/camera-look.ts';
export {
  AREA_RULE,
  MOTION_DEFAULTS,
  rarityMistake,
  THRESHOLD_RULE,
} from './look/motion-rules.ts';
export { Polygon } from './look/polygon.ts';
export { type Corner, MAX_MASKS, polygonMistake } from './look/polygon-rules.ts';
export {
  CLOCK_TIME,
  CLOCK_TIME_WORDS,
  DAYS,
  type Day,
  MAX_TIMES,
  minuteOf,
  type ScheduleTime,
  timeMistake,
  timeZoneMistake,
} from './look/schedule-rules.ts';
export { decodeMessage, encodeMessage } from './message-codec.ts';
export { CameraFault } from './messages/camera-fault.ts';
export {
  Ack,
  Command,
  type CommandOutcome,
  MAX_LOG_LINES,
  MAX_PREVIEW_FPS,
  MAX_PREVIEW_SECONDS,
} from './messages/command.ts';
export { DELIVERY_WINDOW, Delivered, Tombstone } from './messages/delivery.ts';
export {
  Desired,
  DesiredConfiguration,
  DesiredSlot,
  SamplingSettings,
} from './messages/desired.ts';
export { Detection, FrameDetection, OccurrenceDetection } from './messages/detection.ts';
export { DeviceLog, MAX_LOG_BYTES, MAX_LOG_LINE_LENGTH } from './messages/device-log.ts';
export {
  CameraPictureQuery,
  DEVICE_PICTURE_TYPES,
  type DevicePictureType,
  MAX_PICTURE_BYTES,
  MAX_PICTURE_SIDE,
  OccurrencePictureQuery,
} from './messages/device-picture.ts';
export {
  Attributes,
  CredentialRequest,
  credentialStatement,
  DeviceCredential,
  EnrolmentRequest,
  enrolmentStatement,
  generationRefusal,
} from './messages/enrolment.ts';
export { HeadReport } from './messages/head.ts';
export {
  Health,
  MAX_FAULT_MESSAGE,
  SCORE_BUCKETS,
  Throttling,
} from './messages/health.ts';
export { MAX_IMAGE_BYTES } from './messages/image.ts';
export {
  ByReason,
  MAX_SAMPLE_BYTES,
  Sample,
  SampleReason,
  SampleRecord,
  SampleUpload,
} from './messages/sample.ts';
export { Shadow } from './messages/shadow.ts';
export {
  AgentFileReport,
  CameraState,
  ConfigurationReport,
  MOST_MISTAKES,
  Reported,
  Status,
} from './messages/status.ts';
export { Reason, UpdateReport, UpdateState } from './messages/update.ts';
export { describeMismatch, explainMismatch, findMismatches, type Mismatch } from './mismatch.ts';
export {
  type Calibration,
  Evaluation,
  FileReference,
  GoldenCase,
  MANIFEST_FILE,
  Manifest,
  type Metrics,
  packageFiles,
  parseManifest,
  type Quantization,
  Variant,
  variantFiles,
} from './package/manifest.ts';
export { Prediction, PredictionLine } from './package/prediction-line.ts';
export { nestsTooDeep, parseJson } from './parse-json.ts';
export type { HomeAssistantPrefix } from './permissions/home-assistant-permissions.ts';
export { mayPublish } from './permissions/may-publish.ts';
export { mayReceive } from './permissions/may-receive.ts';
export { maySubscribe } from './permissions/may-subscribe.ts';
export type { TopicPrincipal } from './permissions/topic-principal.ts';
export { type Box, cropGeometry, type Size } from './preprocess/geometry.ts';
export {
  CropPlan,
  evaluationCrop,
  floatTensorPlan,
  IMAGENET_MEAN,
  IMAGENET_STD,
  TensorPlan,
} from './preprocess/plan.ts';
export { allocateTensor, tensorLength, tensorShape, writeTensor } from './preprocess/tensor.ts';
export {
  DURATION_PATTERN,
  DURATION_WORDS,
  parseDuration,
  parseSize,
  SIZE_PATTERN,
} from './quantity.ts';
export { RESTART_STATUS } from './restart-status.ts';
export { type Random, seededRandom } from './seeded-random.ts';
export { isTuned, servedModel } from './served-model.ts';
export { Assignment, type AssignmentPurpose, SignedAssignment } from './signing/assignment.ts';
export { canonicalJson } from './signing/canonical-json.ts';
export {
  KeyId,
  MANIFEST_SIGNATURE_FILE,
  MOST_PACKAGE_KEYS,
  PublicKey,
  RootKeys,
  Signature,
  SignedRoot,
} from './signing/keys.ts';
export { type PayloadType, signedBytes } from './signing/signed-bytes.ts';
export {
  buildTopic,
  type DeviceAddress,
  type JsonTopicName,
  type MessageOf,
  type ParsedTopic,
  parseTopic,
  TOPICS,
  type TopicAddress,
  type TopicName,
  topicFilter,
} from './topics.ts';
export {
  type Bytes,
  bytes,
  type EpochMillis,
  epochMillis,
  type Millis,
  mebibytes,
  millis,
  seconds,
} from './units.ts';

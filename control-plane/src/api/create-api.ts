import type { EpochMillis } from '@edgeloop/protocol';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import type { Logger } from 'pino';
import type { TSchema } from 'typebox';
import type { IdempotencyStore } from '../access/idempotency-store.ts';
import type { Subscribers } from '../accounts/subscribers.ts';
import type { Artifacts } from '../artifacts/artifacts.ts';
import type { ConfigurationStore } from '../configuration/configuration-store.ts';
import type { AnsweredRequest } from '../metrics/metrics.ts';
import type { DevicePictures } from '../pictures/device-pictures.ts';
import type { TaskStore } from '../registry/task-store.ts';
import type { Store } from '../store/store.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import { serveDashboard } from './dashboard/serve-dashboard.ts';
import { auditChanges } from './hooks/audit-changes.ts';
import { type AuthenticateOptions, addAuthentication } from './hooks/authenticate.ts';
import { compressAnswers } from './hooks/compress-answers.ts';
import { addEntityTags } from './hooks/entity-tags.ts';
import { addIdempotency } from './hooks/idempotency.ts';
import { knownMethods } from './hooks/known-methods.ts';
import { addKnownTasks } from './hooks/known-tasks.ts';
import { measureRequests } from './hooks/measure-requests.ts';
import { addRequestBodies } from './hooks/request-bodies.ts';
import { openApiSettings } from './open-api-settings.ts';
import { PROBLEM_TYPE, toProblem } from './problem.ts';
import { type AccessParts, addAccessRoutes } from './routes/access.ts';
import { addBrokerRoutes, type BrokerQuestions } from './routes/broker.ts';
import { addConfigurationRoutes } from './routes/configurations.ts';
import { addDetectionRoutes } from './routes/detections.ts';
import { addDeviceCommandRoutes, type CommandParts } from './routes/device-commands.ts';
import {
  addDeviceConfigurationRoutes,
  type DeviceConfigurationParts,
} from './routes/device-configuration.ts';
import { addDeviceHistoryRoutes, type DeviceHistoryParts } from './routes/device-history.ts';
import { addDevicePictureRoutes } from './routes/device-pictures.ts';
import { addDeviceRootRoutes } from './routes/device-roots.ts';
import { addDeviceRoutes } from './routes/devices.ts';
import { addEnrolmentRoutes, type EnrolmentParts } from './routes/enrolment.ts';
import { addEventRoutes, type EventParts } from './routes/events.ts';
import { addFleetRoutes, type FleetViewParts } from './routes/fleet.ts';
import { addJobRoutes, type JobParts } from './routes/jobs.ts';
import { addKeyRoutes } from './routes/keys.ts';
import { addLearningRoutes, type LearningParts } from './routes/learning.ts';
import { addModelRoutes, type ModelParts } from './routes/models.ts';
import { addOperationRoutes, type Operations } from './routes/operations.ts';
import { addPeopleRoutes, type PeopleParts } from './routes/people.ts';
import { addPictureRoutes } from './routes/pictures.ts';
import { addPredictionRoutes } from './routes/predictions.ts';
import { addRegistrationRoutes, type RegistrationParts } from './routes/registrations.ts';
import { addRetentionRoutes, type RetentionParts } from './routes/retention.ts';
import { addRolloutRoutes, type RolloutParts } from './routes/rollouts.ts';
import { addSessionRoutes, type SessionParts } from './routes/session.ts';
import { addSubscriberRoutes } from './routes/subscribers.ts';
import { addTaskRoutes } from './routes/tasks.ts';
import { addTrainerRoutes, type TrainerParts } from './routes/trainers.ts';
import { addUploadRoutes } from './routes/uploads.ts';
import { addWebhookRoutes } from './routes/webhooks.ts';
import { validateRequest } from './validate-request.ts';

/** What the routes of devices and of who else speaks MQTT need. */
export interface FleetParts extends Omit<RegistrationParts, 'keys'>, BrokerQuestions {
  readonly enrolmentTokens: EnrolmentParts['enrolmentTokens'];
  readonly subscribers: Subscribers;
}

export interface ApiOptions
  extends Operations,
    RetentionParts,
    AccessParts,
    PeopleParts,
    SessionParts,
    EventParts,
    LearningParts,
    JobParts,
    TrainerParts,
    RolloutParts,
    DeviceConfigurationParts,
    CommandParts,
    DeviceHistoryParts,
    Omit<FleetViewParts, 'store'>,
    Omit<AuthenticateOptions, 'tokens' | 'sessions'> {
  readonly store: Pick<Store, 'read'>;
  readonly fleet: FleetParts;
  readonly pictures: DevicePictures;
  readonly now: () => EpochMillis;
  readonly configurations: ConfigurationStore;
  readonly idempotency: IdempotencyStore;
  readonly webhooks: Webhooks;
  readonly artifacts: Artifacts;
  readonly tasks: TaskStore;
  readonly registry: Omit<ModelParts, 'artifacts' | 'store' | 'jobs'>;
  readonly log: Logger;
  /** Told of each answer. */
  readonly answered: (request: AnsweredRequest) => void;
  /** Folder of the built dashboard; null: there is none, and `/` leads to the API's documents. */
  readonly dashboard: string | null;
  /** Certificate and key for HTTPS; null: plain HTTP. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null;
}

/**
 * The HTTP API, not listening yet. Its OpenAPI document comes from the same schemas that check the
 * requests.
 */
export async function createApi(options: ApiOptions): Promise<FastifyInstance> {
  const app = createServer(options);
  const methodsOf = knownMethods(app);
  await app.register(swagger, openApiSettings(options.version));
  await app.register(swaggerUi, { routePrefix: '/api/docs', theme: { title: 'Edgeloop API' } });
  addAuthentication(app, options);
  addRequestBodies(app);
  addKnownTasks(app, options.tasks);
  addIdempotency(app, options.idempotency);
  auditChanges(app, options.audit);
  addEntityTags(app);
  compressAnswers(app);
  measureRequests(app, options.answered);
  addRoutes(app, options);
  await serveDashboard(app, options.dashboard, methodsOf);
  return app;
}

/** Every route, by concept. */
function addRoutes(app: FastifyInstance, options: ApiOptions): void {
  addSessionRoutes(app, options);
  addPeopleRoutes(app, options);
  addAccessRoutes(app, options);
  addDeviceRoutes(app, options);
  addDeviceHistoryRoutes(app, options);
  addFleetRoutes(app, options);
  const { keys } = options.registry;
  addRegistrationRoutes(app, { ...options.fleet, keys });
  addEnrolmentRoutes(app, { ...options.fleet, keys, attempts: options.attempts });
  addDeviceRootRoutes(app, keys);
  addKeyRoutes(app, keys);
  addConfigurationRoutes(app, options.configurations);
  addDeviceConfigurationRoutes(app, options);
  addDeviceCommandRoutes(app, options);
  addDevicePictureRoutes(app, options);
  addPictureRoutes(app, options.pictures);
  addSubscriberRoutes(app, options.fleet);
  addBrokerRoutes(app, options.fleet);
  addDetectionRoutes(app, options.store);
  addEventRoutes(app, options);
  addWebhookRoutes(app, options.webhooks);
  const { artifacts, registry, tasks, store, jobs } = options;
  addUploadRoutes(app, artifacts);
  addTaskRoutes(app, { tasks, aliases: registry.aliases });
  addModelRoutes(app, { ...registry, artifacts, store, jobs });
  addPredictionRoutes(app, { database: options.database, models: registry.models, artifacts });
  addLearningRoutes(app, options);
  addJobRoutes(app, options);
  addTrainerRoutes(app, options);
  addRolloutRoutes(app, options);
  addRetentionRoutes(app, options);
  addOperationRoutes(app, options);
}

function createServer({ log, tls }: ApiOptions): FastifyInstance {
  const secure = tls === null ? {} : { https: tls };
  const app = Fastify({
    ...(secure as FastifyServerOptions),
    logger: false,
    forceCloseConnections: true,
  });
  app.setValidatorCompiler(({ schema, httpPart }) =>
    validateRequest(schema as TSchema, httpPart ?? 'request'),
  );
  // Answers are built by our own code from typed values: the schemas describe them.
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler((error: Error, request, reply) => {
    const problem = toProblem(error, request);
    if (problem.status >= 500) {
      log.error({ url: request.url, error: error.message }, 'request failed');
    }
    void reply.code(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));
  });
  return app;
}

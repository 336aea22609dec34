import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Spool } from '../../datasets/import/spool.ts';
import type { SampleIntake } from '../../samples/sample-intake.ts';
import { addBudgetRoutes, type BudgetParts } from './budgets.ts';
import { addDatasetRoutes, type DatasetParts } from './datasets.ts';
import { addDeviceSampleRoutes } from './device-samples.ts';
import { addImportRoutes } from './imports.ts';
import { addLabelProgressRoutes, type LabelProgressParts } from './label-progress.ts';
import { addLabelRoutes, type LabelParts } from './labels.ts';
import { addSampleRoutes, type SampleParts } from './samples.ts';

export interface LearningParts
  extends SampleParts,
    BudgetParts,
    LabelParts,
    LabelProgressParts,
    DatasetParts {
  readonly intake: SampleIntake;
  readonly spool: Spool;
  readonly log: Logger;
}

/** From a picture to a dataset: samples, labels, datasets. */
export function addLearningRoutes(app: FastifyInstance, parts: LearningParts): void {
  addDeviceSampleRoutes(app, parts.intake);
  addSampleRoutes(app, parts);
  addBudgetRoutes(app, parts);
  addLabelRoutes(app, parts);
  addLabelProgressRoutes(app, parts);
  addDatasetRoutes(app, parts);
  addImportRoutes(app, parts, parts.spool);
}

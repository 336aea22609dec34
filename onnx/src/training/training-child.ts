import { serveTraining } from './serve-training.ts';
import { TrainingSession } from './training-session.ts';

serveTraining((options) => TrainingSession.load(options));

import { dirname, resolve } from 'node:path';
import { asEnrolled, type Enrolment, isLeftToEnrolment } from '../config/as-enrolled.ts';
import { readEnrolment } from './read-enrolment.ts';

/** Of the folder that `state` names. */
export type EnrolmentOf = (state: string) => Enrolment | null;

/**
 * A parsed agent.yaml, with what it leaves to the enrolment, if there is one; else the same.
 * @param path Of the file: its `state` is relative to its folder.
 * @throws AgentError `STATE_UNUSABLE` for a credential that is damaged
 */
export function withEnrolment(
  file: unknown,
  path: string,
  enrolmentOf: EnrolmentOf = readEnrolment,
): unknown {
  if (!isLeftToEnrolment(file)) return file;
  const { state } = file;
  const enrolment = enrolmentOf(resolve(dirname(path), typeof state === 'string' ? state : '.'));
  return enrolment ? asEnrolled(file, enrolment) : file;
}

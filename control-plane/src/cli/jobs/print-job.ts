import type { JobView } from '../../resources/job.ts';
import type { Cli } from '../cli.ts';
import { CHECK_COLUMNS, EPOCH_COLUMNS, JOB_FIELDS } from './job-columns.ts';

/** A job with its curve and the gate's verdict. @returns it */
export async function printJob(cli: Cli, view: JobView): Promise<JobView> {
  await cli.print(view, (sheet) =>
    sheet
      .fields(view, JOB_FIELDS)
      .section('Epochs', view.epochs, EPOCH_COLUMNS)
      .section('Gate', view.verdict?.checks ?? [], CHECK_COLUMNS),
  );
  return view;
}

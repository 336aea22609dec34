import { explainMismatch, PredictionLine, parseJson } from '@edgeloop/protocol';
import { Compile } from 'typebox/compile';
import { ControlPlaneError } from '../errors.ts';

/** A thousand classes take a tenth of it. */
const LONGEST_LINE = 1024 * 1024;
/** Test samples of one model: of more nobody waits for the answer. */
const MOST_LINES = 200_000;

const validator = Compile(PredictionLine);

/**
 * The lines of a `predictions.jsonl`, one after another: never whole in memory. The registry checks
 * its digest alone, so that whatever is in it is met here.
 * @param mostLines one more is refused
 * @throws ControlPlaneError `PREDICTIONS_UNREADABLE`
 */
export async function* readPredictionLines(
  content: AsyncIterable<Uint8Array>,
  mostLines = MOST_LINES,
): AsyncGenerator<PredictionLine> {
  const decoder = new TextDecoder();
  let rest = '';
  let number = 0;
  for await (const chunk of content) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield parseLine(line, ++number, mostLines);
    if (rest.length > LONGEST_LINE) {
      throw unreadable(number + 1, `expected at most ${LONGEST_LINE} characters, received more`);
    }
  }
  if (rest !== '') yield parseLine(rest, ++number, mostLines);
}

function parseLine(line: string, number: number, mostLines: number): PredictionLine {
  if (number > mostLines) throw unreadable(number, `expected at most ${mostLines} lines`);
  let value: unknown;
  try {
    value = parseJson(line);
  } catch {
    throw unreadable(number, `expected JSON, received ${JSON.stringify(line.slice(0, 40))}`);
  }
  if (validator.Check(value)) return value;
  throw unreadable(number, explainMismatch(PredictionLine, value).replace(/\.$/, ''));
}

function unreadable(line: number, reason: string): ControlPlaneError {
  const message = `Expected a prediction on line ${line} of predictions.jsonl: ${reason}. Another trainer wrote the file; the model itself may be sound.`;
  return new ControlPlaneError('PREDICTIONS_UNREADABLE', message);
}
